import { z } from 'zod'
import { decode, judge, mac, malformed, missing, timeOf, type VerifyAtOnce } from './proof.ts'

const pair = z.object({ timestamp: z.coerce.string(), token: z.string().min(1), signature: z.string() })
const json = z.object({ signature: pair })

/**
 * HMAC-SHA256 in hex over a time and a random token, all three in the body: a member `signature` of JSON, or fields of a
 * form (Mailgun). The rest of the body is not signed, so what it says is only as good as the way it came.
 */
export function tokenPair(): VerifyAtOnce {
  return (request, facts) => {
    const found = read(Buffer.from(request.body).toString())
    if (found === null) return missing('The body holds no timestamp, token and signature.')
    const { timestamp, token, signature } = found
    const at = timeOf(timestamp, 'seconds')
    if (at === null) return malformed('The timestamp is no time in seconds.')
    // Both run into each other when signed; a digit that changed sides would change the time tenfold, which is STALE.
    const shown = decode(signature, 'hex')
    if (shown === null) return malformed('The signature is not 64 hex digits.')
    const judged = judge(
      { shown: [shown], expected: (secret) => [mac(secret, timestamp, token)], at, digests: true },
      facts,
    )
    return judged.verdict === 'VERIFIED'
      ? { ...judged, detail: 'This vendor signs a time and a token, not what the message says.' }
      : judged
  }
}

function read(text: string): z.output<typeof pair> | null {
  try {
    return json.safeParse(JSON.parse(text)).data?.signature ?? null
  } catch {
    return pair.safeParse(Object.fromEntries(new URLSearchParams(text))).data ?? null
  }
}
