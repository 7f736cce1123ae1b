import { cannotSend } from './failure.ts'

const address = /[^\s@]{1,64}@[^\s@]+\.[A-Za-z]{2,}/
const personal =
  /^(e-?mail|em|phone|ph|telephone|mobile|(first|last|full)_?name|fn|ln|address|street|zip|date_of_birth|db)$/i

/** Where what is free to be told holds a person in clear: vendors take people as digests only, and so does the hub. */
function personIn(value: unknown, path: readonly string[] = []): string | null {
  const name = path.at(-1) ?? ''
  if (typeof value === 'string') return address.test(value) || personal.test(name) ? path.join('.') : null
  if (typeof value === 'number' && personal.test(name)) return path.join('.')
  if (typeof value !== 'object' || value === null) return null
  for (const [key, inner] of Object.entries(value)) {
    const found = personIn(inner, [...path, key])
    if (found !== null) return found
  }
  return null
}

/** A page without the parameters that hold somebody's address. */
export function pageOf(text: string): string {
  const url = URL.parse(text)
  if (url === null) return text
  for (const [name, value] of [...url.searchParams]) if (address.test(value)) url.searchParams.delete(name)
  return url.href
}

/** @throws ProviderCallError INVALID_REQUEST for properties of an event that seem to name a person; nothing was sent */
export function refusePerson(properties: unknown, vendor: string): void {
  const found = personIn(properties)
  if (found !== null)
    throw cannotSend(
      `The property “${found}” of an event seems to name a person, and ${vendor} gets people as digests only.`,
      'Give address and telephone number as `email` and `phone`, which leave hashed.',
      'events',
    )
}
