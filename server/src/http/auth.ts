import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { People } from '../engine/people/contract.ts'
import type { RestEnv } from './rest.ts'

/** Sign-in bodies are a few hundred bytes; reading more would only help an attacker. */
const largestBody = 16 * 1024

/** /api/auth/*: sign-in, sessions, second factor. */
export function authDoor(people: Pick<People, 'handle'>): Hono<RestEnv> {
  const door = new Hono<RestEnv>()
  const limit = bodyLimit({
    maxSize: largestBody,
    onError: (c) =>
      c.json({ error: { code: 'BODY_TOO_LARGE', message: `A request body may have ${largestBody} bytes.` } }, 413),
  })
  door.on(['GET', 'POST'], '/api/auth/*', limit, async (c) => {
    const { method, url } = c.req
    const body = method === 'POST' ? await c.req.arrayBuffer() : null
    // The listener's request only looks like one; better-auth copies it, which takes a real one.
    return people.handle(new Request(url, { method, headers: c.req.raw.headers, body }), c.var.exchange.ipAddress)
  })
  return door
}
