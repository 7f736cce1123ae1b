import { randomUUID } from 'node:crypto'
import type { Database } from '@patchbay/prisma/database.ts'
import type { EndpointUncheckedCreateInput } from '@patchbay/prisma/generated/models.ts'

/** An endpoint with its lane, as the owner; anything else by argument. */
export async function makeEndpoint(
  database: Pick<Database, 'system'>,
  organizationId: string,
  fields: Partial<EndpointUncheckedCreateInput> = {},
): Promise<{ readonly id: string; readonly organizationId: string }> {
  const id = fields.id ?? randomUUID()
  const { prisma } = database.system
  await prisma.endpoint.create({
    data: {
      url: 'https://shop.example/hooks',
      eventTypes: ['*'],
      typesChangedAt: new Date(0),
      ...fields,
      id,
      organizationId,
    },
  })
  await prisma.endpointLane.create({ data: { endpointId: id, organizationId } })
  return { id, organizationId }
}
