import { hub } from '#lib/graphql/client.svelte.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'

export const ssr = false
export const prerender = false

export async function load(): Promise<void> {
  await i18n.start()
  hub.start()
}
