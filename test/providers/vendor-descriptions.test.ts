import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSchema, parse, validate } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { capabilities } from '@patchbay/schema/capabilities/index.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { providers } from '@patchbay/server/providers/index.ts'
import { cases } from './cases.ts'
import { connect, factsOf, twinCall, type TwinConnection } from './twin-call.ts'
import { descriptionsFolder, hasDescription, VendorDescription, type Exchange } from './vendor-descriptions.ts'

/** Files of each vendor's own description. Printify and Aramex publish none that could be held against JSON. */
const files: Readonly<Record<string, readonly string[]>> = {
  stripe: ['stripe-v1.openapi.json'],
  paypal: ['checkout_orders_v2.json', 'notifications_webhooks_v1.json'],
  printful: ['printful-v1.openapi.json'],
  sendgrid: ['tsg_mail_v3.json', 'tsg_templates_v3.json', 'tsg_scopes_v3.json'],
  'google-calendar': ['calendar-v3.openapi.json'],
}

/** Answers a vendor documents in prose only: SendGrid's sandbox mode says 200 instead of 202. */
const proseOnly = new Set(['sendgrid POST /v3/mail/send 200'])

/** Where a description is behind its vendor: dynamic templates have ids of `d-` and 32 digits, legacy ones were UUIDs. */
const outdated = /^answer\/result\/\d+\/id: must NOT have fewer than 36/

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

function parsed(type: string, text: string): unknown {
  if (text === '') return undefined
  return type.includes('json') ? JSON.parse(text) : text
}

/** Everything a provider says to its twin, and hears. */
async function record(connection: TwinConnection): Promise<readonly Exchange[]> {
  const { provider } = connection
  const seen: Exchange[] = []
  const watching: typeof fetch = async (input, init = {}) => {
    const response = await fetch(input, init)
    const text = await response.clone().text()
    const headers = new Headers(init.headers)
    const requestType = headers.get('content-type') ?? ''
    const responseType = response.headers.get('content-type') ?? ''
    seen.push({
      method: init.method ?? 'GET',
      path: new URL(String(input)).pathname.split('/').slice(3).join('/').replace(/^/, '/'),
      requestType,
      requestBody: parsed(requestType, typeof init.body === 'string' ? init.body : ''),
      status: response.status,
      responseType,
      responseBody: parsed(responseType, text),
    })
    return response
  }
  const call = twinCall(connection, watching)
  const facts = factsOf(connection)
  for (const step of provider.tests) await step.run(call, facts)
  for (const [name, operation] of Object.entries(provider.operations)) {
    const input: unknown = capabilities[provider.entry.category]?.[name]?.input.parse(
      cases[provider.entry.slug]?.inputs[name],
    )
    await operation(call, input as never, facts)
  }
  return seen
}

describe('P1: providers and twins keep to the vendors’ own descriptions', () => {
  for (const [slug, names] of Object.entries(files)) {
    test.runIf(names.every((name) => hasDescription(slug, name)))(
      `${slug}: every request and every answer`,
      async () => {
        const provider = providers.get(slug)
        if (provider === undefined) throw new Error(`No provider ${slug}`)
        const descriptions = names.map((name) => new VendorDescription(join(descriptionsFolder, slug, name)))
        const exchanges = await record(await connect(provider, cases[slug]?.good ?? {}, lab.origin))
        let judged = 0
        for (const exchange of exchanges) {
          // Requests that are refused on purpose prove a permission; their bodies are meant to be wrong.
          if (exchange.status >= 400 || proseOnly.has(`${slug} ${exchange.method} ${exchange.path} ${exchange.status}`))
            continue
          const verdicts = descriptions
            .map((description) => description.judge(exchange))
            .filter((faults) => faults !== null)
          judged += verdicts.length
          for (const faults of verdicts)
            expect(
              faults.filter((fault) => !outdated.test(fault)),
              `${exchange.method} ${exchange.path}`,
            ).toEqual([])
        }
        expect(judged).toBeGreaterThanOrEqual(2)
      },
    )
  }

  test.runIf(hasDescription('shopify', 'admin-2026-10.graphql'))(
    'shopify: every query fits the published schema',
    async () => {
      const schema = buildSchema(readFileSync(join(descriptionsFolder, 'shopify', 'admin-2026-10.graphql'), 'utf8'), {
        assumeValidSDL: true,
      })
      const provider = providers.get('shopify')
      if (provider === undefined) throw new Error('No provider shopify')
      const exchanges = await record(await connect(provider, cases['shopify']?.good ?? {}, lab.origin))
      expect(exchanges.length).toBeGreaterThanOrEqual(4)
      for (const { requestBody } of exchanges)
        expect(validate(schema, parse((requestBody as { query: string }).query))).toEqual([])
    },
  )
})
