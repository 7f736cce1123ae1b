import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { setSecurityHeaders } from './security-headers.ts'
import { refuse, type Door, type Exchange } from './exchange.ts'

/** What a REST door finds on its context. */
export interface RestEnv {
  Bindings: { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse }
  Variables: { readonly exchange: Exchange }
}

/** Puts the REST doors behind one listener. */
export function restDoor(doors: readonly Hono<RestEnv>[]): Door {
  const exchanges = new WeakMap<IncomingMessage, Exchange>()
  const app = new Hono<RestEnv>()
  app.use(async (c, next) => {
    const exchange = exchanges.get(c.env.incoming)
    if (exchange === undefined) throw new Error('a request came in without an exchange')
    c.set('exchange', exchange)
    await next()
  })
  for (const door of doors) app.route('/', door)
  app.notFound((c) => c.json({ error: { code: 'NOT_FOUND', message: 'There is nothing at this address.' } }, 404))
  app.onError((error) => {
    throw error
  })
  const listener = getRequestListener((request, bindings) => app.fetch(request, bindings), {
    overrideGlobalObjects: false,
    errorHandler: (error) => {
      throw error
    },
  })
  return async (request, response, exchange) => {
    exchanges.set(request, exchange)
    setSecurityHeaders(response)
    if (request.url === undefined || !URL.canParse(request.url, 'http://hub'))
      return refuse(response, 400, 'BAD_REQUEST', 'The address of the request makes no sense.')
    await listener(request, response)
  }
}
