import { readFileSync } from 'node:fs'
import type { VerifyFacts, WebhookRequest } from '@patchbay/server/providers/webhook.ts'

/** Body of the vendors' fact sheets: one character of it takes two bytes. */
export const sample = '{"id":"evt_1","type":"test.event","amount":1050,"note":"café"}'

/** The moment most vectors were signed at, in milliseconds. */
export const now = 1_700_000_000_000

export const certificate = (name: string): string =>
  readFileSync(new URL(`../fixtures/certificates/${name}.pem`, import.meta.url), 'utf8')

/** A request as a source sees it. */
export function requestOf({
  method = 'POST',
  url = 'https://hub.example.com/hooks/token',
  headers = {},
  body = sample,
}: {
  readonly method?: string
  readonly url?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
} = {}): WebhookRequest {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  return { method, url, query: new URL(url).searchParams, headers, body: bytes }
}

/** What a source knows: by default nothing but the time. */
export function factsOf(more: Partial<VerifyFacts> = {}): VerifyFacts {
  return {
    secrets: [],
    now,
    toleranceMs: 300_000,
    connection: { id: 'connection', environment: 'LIVE', settings: {}, baseUrl: null },
    registrationIds: [],
    fetchKey: () => Promise.reject(new Error('No key is published here.')),
    hostUrl: (host) => `https://${host}.vendor.example`,
    ...more,
  }
}
