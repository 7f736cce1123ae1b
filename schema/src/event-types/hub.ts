import { z } from 'zod'
import { definerOf, text } from './form.ts'

const define = definerOf(null)
const account = z.object({ account: text('The vendor’s name or id of the shop or account.') })

/** Events of the hub itself and of connections as such. */
export const hubEvents = [
  define('test.ping', 'You asked for a test event. Nothing happened.', z.object({ message: z.string() }), {
    message: 'Hello from Patchbay.',
  }),
  define(
    'connection.uninstalled',
    'The hub was removed at the vendor’s side: the connection’s credentials no longer work.',
    account,
    { account: 'your-shop.myshopify.com' },
  ),
  define(
    'connection.erasure_requested',
    'The vendor asks for everything you hold of this account to be erased; the law sets a deadline.',
    account,
    { account: 'your-shop.myshopify.com' },
  ),
]
