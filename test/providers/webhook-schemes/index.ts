import { loadFolder } from '../load-folder.ts'
import type { Scheme } from './scheme.ts'

/** How each vendor signs, by provider: a file of this folder for each that signs at all. */
export const schemes: Readonly<Record<string, Scheme>> = await loadFolder<Scheme>(new URL('.', import.meta.url))

/** @throws Error for a provider that has none */
export function schemeOf(slug: string): Scheme {
  const found = schemes[slug]
  if (found === undefined) throw new Error(`${slug} sends webhooks and has no file in webhook-schemes`)
  return found
}
