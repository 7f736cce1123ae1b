import { transact } from '@patchbay/prisma/transact.ts'
import type { Erasures } from '../engine/erasure/contract.ts'
import { createErasures, type ErasuresOptions } from '../engine/erasure/erasure.ts'
import type { Lanes } from '../engine/lanes/contract.ts'

/** Erasures that also empty what connections keep of their vendors' answers, on every replica. */
export function createErasureParts(
  options: Omit<ErasuresOptions, 'onDone'> & { readonly lanes: Pick<Lanes, 'change'> },
): Erasures {
  const { database, lanes } = options
  return createErasures({
    ...options,
    async onDone(organizationId) {
      const { prisma } = database.tenant(organizationId)
      const caching = await prisma.connection.findMany({
        where: { cacheTtlSeconds: { not: null } },
        select: { id: true, organizationId: true },
        orderBy: { id: 'asc' },
      })
      for (const connection of caching) await transact(prisma, (tx) => lanes.change(tx, connection, { purged: true }))
    },
  })
}
