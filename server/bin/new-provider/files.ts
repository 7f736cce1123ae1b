/** What a new provider is to be. */
export interface Plan {
  readonly slug: string
  readonly name: string
  readonly category: string
  /** Operations of its category. */
  readonly operations: readonly string[]
}

const camel = (slug: string) => slug.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

/** The provider: a key in the Authorization header, a probe, and no operation yet. */
export const providerFile = ({ slug, name, category, operations }: Plan): string => `import { z } from 'zod'
import { defineProvider, type Call } from './provider.ts'
import { judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'

const permissions = [{ name: 'FILL IN', why: 'FILL IN what the hub needs it for', required: true }] as const

/** The cheapest request that needs the credentials. */
async function probe(call: Call): Promise<void> {
  const answer = await call({ method: 'GET', path: '/FILL-IN' })
  readAnswer('${name}', answer, z.object({ ok: z.literal(true) }), () => undefined)
}

/** ${name}: FILL IN the address of its API's description. */
export const ${camel(slug)} = defineProvider({
  entry: {
    slug: '${slug}',
    name: '${name}',
    category: '${category}',
    summary: 'FILL IN one sentence for the card, at most 140 characters.',
    description: 'FILL IN a paragraph for the page: what a shop does with it, and what the hub does of that.',
    authKind: 'API_KEY',
    regions: ['FILL IN'],
    environments: ['LIVE'],
    // The names of \`operations\` below. Its category has: ${operations.join(', ')}.
    capabilities: [],
    fields: [
      {
        name: 'apiKey',
        label: 'API key',
        help: 'FILL IN where a person finds it.',
        kind: 'secret',
        required: true,
      },
    ],
    permissions,
    limits: [],
    webhookEvents: [],
    setupGuide: [
      { title: 'FILL IN', text: 'FILL IN the first step.', url: 'https://example.com' },
      { title: 'FILL IN', text: 'FILL IN the second step.' },
    ],
    pricingNotes: 'FILL IN what the vendor asks for it.',
    docsUrl: 'https://example.com',
    verified: false,
    logo: { path: 'M2 2h20v20H2z', viewBox: '0 0 24 24', color: '#000000' },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: () => ({ api: 'https://api.example.com' }),
  authorize: (request, fields) => ({
    ...request,
    headers: { ...request.headers, authorization: \`Bearer \${fields['apiKey'] ?? ''}\` },
  }),
  judge: judgeWith((body) => {
    const message = textAt(body, 'error', 'message')
    return message === undefined ? null : { message }
  }),
  probe,
  tests: [
    connectionStep('${name}', probe),
    permissionsByTrying(
      '${name}',
      permissions,
      [{ permission: 'FILL IN', request: { method: 'GET', path: '/FILL-IN' } }],
      'apiKey',
    ),
  ],
  operations: {},
})
`

/** The twin: two keys, of which one lacks a permission, and the probe. */
export const twinFile = ({ slug, name }: Plan): string => `import { bearer, defineTwin, json } from '../twin.ts'

const good = 'lab-${slug}-good'
const restricted = 'lab-${slug}-restricted'

/** ${name}, simulated. */
export const ${camel(slug)} = defineTwin<{ readonly madeAt: number }>({
  slug: '${slug}',
  name: '${name}',
  hosts: ['api'],
  credentials: { good: { apiKey: good }, restricted: { apiKey: restricted }, missing: 'FILL IN' },
  create: (now) => ({ madeAt: now }),
  guard: (request, needs) => {
    const key = bearer(request)
    if (key !== good && key !== restricted) return json(401, { error: { message: 'Unknown key.' } })
    return needs !== null && key === restricted ? json(403, { error: { message: \`Needs \${needs}.\` } }) : null
  },
  faults: {
    unavailable: () => json(503, { error: { message: 'Come back later.' } }),
    failure: () => json(500, { error: { message: 'Something broke.' } }),
    tooMany: (seconds) => json(429, { error: { message: 'Too many requests.' } }, { 'retry-after': String(seconds) }),
    unknown: () => json(404, { error: { message: 'There is no such path.' } }),
  },
  routes: [{ method: 'GET', path: '/FILL-IN', needs: 'FILL IN', handle: () => json(200, { ok: true }) }],
})
`

/** What the table-driven tests know of it. */
export const caseFile = ({
  slug,
}: Plan): string => `import { ${camel(slug)} as twin } from '@patchbay/server/lab/twins/${slug}.ts'
import type { ProviderCase } from './case.ts'

export const ${camel(slug)}: ProviderCase = {
  ...twin.credentials,
  wrong: { apiKey: 'nobodys' },
  // An input for every operation, carried out in this order; a function makes one of what came before.
  inputs: {},
}
`
