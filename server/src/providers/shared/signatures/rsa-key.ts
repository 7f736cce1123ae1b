import { knownKeys } from './known-key.ts'
import { decode, headerOf, malformed, missing, type VerifyAtOnce } from './proof.ts'

/** RSA over the body in base64; the source's secret is the vendor's public key in PEM (Adobe Commerce). */
export function rsaKey(header: string): VerifyAtOnce {
  const judgeKeys = knownKeys('rsa')
  return (request, facts) => {
    const value = headerOf(request, header)
    if (value === null) return missing(`The header ${header} is not there.`)
    const signature = decode(value, 'base64', null)
    if (signature === null) return malformed('The signature is not base64.')
    return judgeKeys(signature, [request.body], facts)
  }
}
