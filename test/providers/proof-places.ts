import type { Proof, Sent } from './webhook-schemes/scheme.ts'

/** The text at a part of the proof. @throws Error where the request carries none */
export function valueOf(sent: Sent, proof: Proof): string {
  const found = at(sent, proof)
  if (found === null) throw new Error(`There is no ${JSON.stringify(proof)} in what was signed`)
  return found
}

function at({ headers, url, body }: Sent, proof: Proof): string | null {
  if (typeof proof === 'string') return headers[proof] ?? null
  if ('query' in proof) return new URL(url).searchParams.get(proof.query)
  if ('form' in proof) return new URLSearchParams(body.toString()).get(proof.form)
  let value: unknown = JSON.parse(body.toString())
  for (const step of proof.json) value = (value as Readonly<Record<string | number, unknown>> | undefined)?.[step]
  return value === undefined ? null : String(value)
}

/** The request with another text at a part of its proof. */
export const alter = (sent: Sent, proof: Proof, value: string): Sent => changed(sent, proof, value)
/** The request without a part of its proof. */
export const drop = (sent: Sent, proof: Proof): Sent => changed(sent, proof, undefined)

function changed(sent: Sent, proof: Proof, value: string | undefined): Sent {
  if (typeof proof === 'string') {
    const { [proof]: _old, ...rest } = sent.headers
    return { ...sent, headers: value === undefined ? rest : { ...rest, [proof]: value } }
  }
  if ('query' in proof) {
    const url = new URL(sent.url)
    put(url.searchParams, proof.query, value)
    return { ...sent, url: url.href }
  }
  if ('form' in proof) {
    const form = new URLSearchParams(sent.body.toString())
    put(form, proof.form, value)
    return { ...sent, body: Buffer.from(form.toString()) }
  }
  const body: unknown = JSON.parse(sent.body.toString())
  const [last, ...before] = proof.json.toReversed()
  let holder = body as Record<string | number, unknown>
  for (const step of before.toReversed()) holder = holder[step] as typeof holder
  if (value === undefined) delete holder[last ?? '']
  else holder[last ?? ''] = value
  return { ...sent, body: Buffer.from(JSON.stringify(body)) }
}

function put(parameters: URLSearchParams, name: string, value: string | undefined): void {
  if (value === undefined) parameters.delete(name)
  else parameters.set(name, value)
}
