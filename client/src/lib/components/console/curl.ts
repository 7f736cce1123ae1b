import { shellWord } from '#lib/components/ui/shell-word.ts'
import { headersOf, isSafe, type Sent } from './draft.svelte.ts'

/**
 * The request as a curl command against the hub's proxy, which adds the credentials and passes the answer on. The key is the
 * caller's own, so the command names the variable it is read from.
 */
export function proxyCurl(sent: Sent, connection: { readonly uuid: string }, publicUrl: string): string {
  const host = sent.host === '' || sent.host === 'api' ? '' : `/@${sent.host}`
  const query = sent.query
    .map(({ name, value }) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&')
  const path = query === '' ? sent.path : `${sent.path}${sent.path.includes('?') ? '&' : '?'}${query}`
  const body = isSafe(sent.method) || sent.bodyKind === 'none' || sent.body.trim() === '' ? null : sent.body
  const lines = [
    `curl -X ${sent.method} ${shellWord(`${publicUrl}/proxy/${connection.uuid}${host}${path}`)}`,
    '-H "authorization: Bearer $PATCHBAY_KEY"',
    ...headersOf(sent, body).map(({ name, value }) => `-H ${shellWord(`${name}: ${value}`)}`),
  ]
  if (sent.key !== '') lines.push(`-H ${shellWord(`idempotency-key: ${sent.key}`)}`)
  if (sent.timeoutMs !== 30_000) lines.push(`-H 'x-patchbay-timeout-ms: ${sent.timeoutMs}'`)
  if (body !== null) lines.push(`--data-raw ${shellWord(body)}`)
  return lines.join(' \\\n  ')
}
