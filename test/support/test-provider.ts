import { randomUUID } from 'node:crypto'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { FieldSpec } from '@patchbay/schema/catalog.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { defineProvider, type Provider } from '@patchbay/server/providers/provider.ts'

const field = (name: string, kind: FieldSpec['kind']): FieldSpec => ({ name, label: name, kind, required: true })

/** A provider without traits of its own: bearer key, status decides, one host. */
export function testProvider(origin: string, traits: Partial<Provider> = {}): Provider {
  return defineProvider({
    entry: {
      slug: 'acme',
      name: 'Acme',
      category: 'PAYMENT',
      summary: 'A vendor for tests.',
      description: 'A vendor for tests.',
      authKind: 'API_KEY',
      regions: [],
      environments: ['SANDBOX', 'LIVE'],
      capabilities: [],
      fields: [field('apiKey', 'secret'), field('clientId', 'text'), field('clientSecret', 'secret')],
      permissions: [],
      limits: [],
      webhookEvents: [],
      setupGuide: [],
      pricingNotes: '',
      docsUrl: 'https://acme.example',
      verified: false,
      logo: { path: '', viewBox: '0 0 1 1', color: '#000' },
      baseUrlOverride: false,
      lab: true,
    },
    hosts: () => ({ api: origin }),
    authorize: (request, fields, accessToken) => ({
      ...request,
      headers: { ...request.headers, authorization: `Bearer ${accessToken ?? fields['apiKey'] ?? ''}` },
    }),
    probe: async (call) => void (await call({ method: 'GET', path: '/probe' })),
    tests: [],
    operations: {},
    ...traits,
  })
}

/** A connection row that is in no table. */
export function testConnection(more: Partial<Connection> = {}): Connection {
  const at = new Date('2026-01-01T00:00:00Z')
  return {
    id: randomUUID(),
    organizationId: randomUUID(),
    provider: 'acme',
    category: 'PAYMENT',
    name: 'Acme',
    environment: 'SANDBOX',
    status: 'ACTIVE',
    statusReason: null,
    simulated: false,
    baseUrl: null,
    settings: {},
    cacheTtlSeconds: null,
    cacheStaleSeconds: 86_400,
    lastTest: null,
    lastTestAt: null,
    probeIntervalSeconds: 300,
    nextProbeAt: null,
    health: 'UNKNOWN',
    healthSince: at,
    healthReason: null,
    lastProbeAt: null,
    lastLatencyMs: null,
    failuresInRow: 0,
    successesInRow: 0,
    version: 1,
    createdAt: at,
    updatedAt: at,
    ...more,
  }
}

/** Someone who calls. */
export function testActor(organizationId: string, more: Partial<Actor> = {}): Actor {
  return {
    kind: 'USER',
    id: 'user-1',
    name: 'Amal',
    organizationId,
    ipAddress: '203.0.113.7',
    correlationId: 'correlation-1',
    connectionIds: [],
    ...more,
  }
}
