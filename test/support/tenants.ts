import { randomUUID } from 'node:crypto'
import type { Database } from '@patchbay/prisma/database.ts'
import type { Actor } from '@patchbay/schema/context.ts'

/** An organization with one connection, enough for rows of any tenant table. */
export interface TestTenant {
  readonly organizationId: string
  readonly connectionId: string
  readonly actor: Actor
}

/** Makes an organization with one connection, as the owner. */
export async function makeTenant(database: Pick<Database, 'system'>): Promise<TestTenant> {
  const organizationId = randomUUID()
  const connectionId = randomUUID()
  await database.system.prisma.organization.create({
    data: { id: organizationId, name: 'Test', slug: `test-${organizationId}` },
  })
  await database.system.prisma.connection.create({
    data: {
      id: connectionId,
      organizationId,
      provider: 'stripe',
      category: 'PAYMENT',
      name: 'Stripe',
      environment: 'SANDBOX',
      status: 'ACTIVE',
    },
  })
  return { organizationId, connectionId, actor: testActor(organizationId) }
}

export function testActor(organizationId: string): Actor {
  return {
    kind: 'USER',
    id: 'user-1',
    name: 'Ada',
    organizationId,
    ipAddress: '192.0.2.7',
    correlationId: randomUUID(),
    connectionIds: [],
  }
}
