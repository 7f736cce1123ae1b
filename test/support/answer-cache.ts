import { randomUUID } from 'node:crypto'
import { ProviderCallError, type CallErrorClass } from '@patchbay/schema/errors.ts'
import { createAnswerCache } from '@patchbay/server/engine/cache/cache.ts'
import type {
  AnswerCache,
  CachedAnswer,
  CachedConnection,
  FetchedAnswer,
} from '@patchbay/server/engine/cache/contract.ts'

export interface CacheAsk {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A cache before a vendor that is a function. Time passes only when told. */
export interface CacheRig {
  readonly cache: AnswerCache
  readonly clock: { ms: number }
  /** Requests the vendor saw, with the headers added to ask again. */
  readonly seen: { readonly path: string; readonly revalidate: Readonly<Record<string, string>> }[]
  ask(connection: CachedConnection, ask?: CacheAsk): Promise<CachedAnswer>
  /** State and text of an answer. */
  read(connection: CachedConnection, ask?: CacheAsk): Promise<readonly [CachedAnswer['state'], string]>
}

export type Vendor = (ask: {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly revalidate: Readonly<Record<string, string>>
  readonly letGo: () => void
}) => FetchedAnswer | Promise<FetchedAnswer>

export function cacheRig(vendor: Vendor, options: { readonly bytes?: number } = {}): CacheRig {
  const clock = { ms: Date.parse('2026-11-21T10:00:00Z') }
  const seen: CacheRig['seen'] = []
  const cache = createAnswerCache({ ...options, now: () => clock.ms })
  const ask: CacheRig['ask'] = (connection, { method = 'GET', path = '/things', headers = {} } = {}) => {
    const draft = { method, url: new URL(path, 'https://acme.example'), headers }
    return cache.through(connection, draft, async (revalidate, letGo) => {
      seen.push({ path, revalidate })
      return vendor({ path, headers, revalidate, letGo })
    })
  }
  return {
    cache,
    clock,
    seen,
    ask,
    async read(connection, one) {
      const { state, answer } = await ask(connection, one)
      return [state, new TextDecoder().decode(answer.body)]
    },
  }
}

export const answered = (
  text: string,
  headers: Readonly<Record<string, string>> = {},
  status = 200,
): FetchedAnswer => ({ status, headers: { 'content-type': 'application/json', ...headers }, body: Buffer.from(text) })

export const failed = (errorClass: CallErrorClass, status: number | null = null): ProviderCallError =>
  new ProviderCallError({ errorClass, message: `failed: ${errorClass}`, advice: '', status })

export const cachedConnection = (more: Partial<CachedConnection> = {}): CachedConnection => ({
  id: randomUUID(),
  version: 1,
  cacheTtlSeconds: 60,
  cacheStaleSeconds: 3_600,
  ...more,
})
