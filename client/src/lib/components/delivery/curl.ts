import { shellWord } from '#lib/components/ui/shell-word.ts'

interface Sent {
  readonly url: string
  readonly head: readonly { readonly name: string; readonly value: string }[]
  readonly body: string
}

/** Headers curl writes by itself, and the signature: it would let whoever reads the command send in our name for minutes. */
const left = new Set([
  'host',
  'content-length',
  'connection',
  'accept-encoding',
  'transfer-encoding',
  'webhook-signature',
])

/** A delivery as a curl command, without its signature. */
export function curlOf({ url, head, body }: Sent): string {
  const headers = head.filter(({ name }) => !left.has(name.toLowerCase()))
  const typed = headers.some(({ name }) => name.toLowerCase() === 'content-type')
  return [
    `curl -X POST ${shellWord(url)}`,
    ...(typed ? [] : [`-H 'content-type: application/json'`]),
    ...headers.map(({ name, value }) => `-H ${shellWord(`${name}: ${value}`)}`),
    `--data-raw ${shellWord(body)}`,
  ].join(' \\\n  ')
}
