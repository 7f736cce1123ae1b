import { randomBytes } from 'node:crypto'
import { PatchbayError } from '@patchbay/schema/errors.ts'
import { Hono } from 'hono'
import type { OAuth } from '../engine/oauth/contract.ts'
import type { RestEnv } from './rest.ts'

export interface OAuthDoorOptions {
  readonly oauth: Pick<OAuth, 'finish'>
  /** Origin of the admin: the only window that is told the outcome. */
  readonly publicUrl: string
  readonly onError: (error: unknown, correlationId: string) => void
}

/** What the window that started the authorization hears. */
export interface OAuthMessage {
  readonly type: 'patchbay:oauth'
  readonly ok: boolean
  readonly connectionId: string | null
  /** What went wrong, in plain words; null when ok. */
  readonly message: string | null
}

/** /oauth/callback: where vendors send people back. Tells the opening window and closes, or goes on to the connection's page. */
export function oauthDoor({ oauth, publicUrl, onError }: OAuthDoorOptions): Hono<RestEnv> {
  const door = new Hono<RestEnv>()
  door.get('/oauth/callback', async (c) => {
    const message = await finish(new URL(c.req.url).searchParams, c.var.exchange.correlationId)
    const nonce = randomBytes(16).toString('base64')
    c.header(
      'content-security-policy',
      `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; frame-ancestors 'none'; base-uri 'none'`,
    )
    c.header('cache-control', 'no-store')
    // The usual policy would cut the tie to the opener that this page exists for.
    c.header('cross-origin-opener-policy', 'unsafe-none')
    return c.html(page(message, publicUrl, nonce), message.ok ? 200 : 400)
  })

  async function finish(query: URLSearchParams, correlationId: string): Promise<OAuthMessage> {
    try {
      const { connectionId } = await oauth.finish(query)
      return { type: 'patchbay:oauth', ok: true, connectionId, message: null }
    } catch (error) {
      if (!(error instanceof PatchbayError)) onError(error, correlationId)
      const words =
        error instanceof PatchbayError ? error.message : `Something went wrong here. Correlation id: ${correlationId}`
      return { type: 'patchbay:oauth', ok: false, connectionId: null, message: words }
    }
  }
  return door
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escape = (text: string): string => text.replace(/[&<>"']/g, (found) => escapes[found] ?? '')
/** JSON that cannot end the script it stands in. */
const inScript = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

function page(message: OAuthMessage, origin: string, nonce: string): string {
  const next = message.connectionId ? `${origin}/connections/${message.connectionId}` : `${origin}/connections`
  const title = message.ok ? 'Connected' : 'Not connected'
  const words = message.ok ? 'The authorization is complete. You can close this window.' : (message.message ?? '')
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} · Patchbay</title>
<style nonce="${nonce}">body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:20vh auto;padding:0 1rem;color-scheme:light dark}</style>
<h1>${title}</h1>
<p>${escape(words)}</p>
<p><a href="${escape(next)}">Back to Patchbay</a></p>
<script nonce="${nonce}">
const message = ${inScript(message)}
if (window.opener) {
  window.opener.postMessage(message, ${inScript(origin)})
  if (message.ok) window.close()
} else if (message.ok) location.replace(${inScript(next)})
</script>
</html>`
}
