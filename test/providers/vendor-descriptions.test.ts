import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSchema, parse, validate } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { providers } from '@patchbay/server/providers/index.ts'
import { cases, exercise } from './cases/index.ts'
import { connect, factsOf, twinCall, type TwinConnection } from './twin-call.ts'
import { descriptionsFolder, hasDescription, VendorDescription, type Exchange } from './vendor-descriptions.ts'

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
  await exercise(provider, async (name, input) => provider.operations[name]?.(call, input as never, facts))
  return seen
}

describe('P1: providers and twins keep to the vendors’ own descriptions', () => {
  for (const [slug, { descriptions: described, good }] of Object.entries(cases)) {
    if (described === undefined) continue
    const { folder, files, proseOnly = [], outdated } = described
    test.runIf(files.every((name) => hasDescription(folder, name)))(
      `${slug}: every request and every answer`,
      async () => {
        const provider = providers.get(slug)
        if (provider === undefined) throw new Error(`No provider ${slug}`)
        const descriptions = files.map((name) => new VendorDescription(join(descriptionsFolder, folder, name)))
        const exchanges = await record(await connect(provider, good, lab.origin))
        let judged = 0
        for (const exchange of exchanges) {
          // Requests that are refused on purpose prove a permission; their bodies are meant to be wrong.
          if (exchange.status >= 400 || proseOnly.includes(`${exchange.method} ${exchange.path} ${exchange.status}`))
            continue
          const verdicts = descriptions
            .map((description) => description.judge(exchange))
            .filter((faults) => faults !== null)
          judged += verdicts.length
          for (const faults of verdicts)
            expect(
              faults.filter((fault) => outdated?.test(fault) !== true),
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
