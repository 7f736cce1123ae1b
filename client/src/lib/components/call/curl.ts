import { shellWord } from '#lib/components/ui/shell-word.ts'
import type { CallDetailQuery } from '#lib/graphql/generated/graphql.ts'

type Call = NonNullable<CallDetailQuery['call']>

/** Headers that curl writes by itself. */
const own = new Set(['host', 'content-length', 'connection', 'accept-encoding', 'transfer-encoding'])

/** The logged request as a curl command. Secrets were removed before it was stored, so they have to be filled in. */
export function curlOf(call: Call): string {
  const lines = [
    `curl -X ${call.method} ${shellWord(`${call.connection?.simulated ? 'http' : 'https'}://${call.host}${call.path}`)}`,
  ]
  for (const { name, value } of call.requestHead)
    if (!own.has(name.toLowerCase())) lines.push(`-H ${shellWord(`${name}: ${value}`)}`)
  if (call.requestBody !== null) lines.push(`--data-raw ${shellWord(call.requestBody)}`)
  return lines.join(' \\\n  ')
}
