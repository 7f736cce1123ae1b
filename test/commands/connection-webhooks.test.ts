import { randomUUID } from 'node:crypto'
import type { Actor } from '@patchbay/schema/context.ts'
import { ConflictError, InvalidInputError } from '@patchbay/schema/errors.ts'
import { createCommands } from '@patchbay/server/commands/index.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rulesHub, type RulesHub } from '../support/rules-hub.ts'

let hub: RulesHub
let owner: Actor

beforeAll(async () => {
  hub = await rulesHub()
  owner = (await hub.organization()).owner
})
afterAll(() => hub.close())

describe('W2: a deleted connection leaves no webhook behind at the vendor', () => {
  const remove = async (unregister: () => Promise<void>, name: string) => {
    const { id } = await hub.commands.connection.create(owner, {
      provider: 'stripe',
      name,
      environment: 'SANDBOX',
      fields: { secretKey: 'sk_test_51PatchbayCanaryKeyThatNobodySeesx9Qz' },
    })
    const { organizationId } = owner
    await hub.database.system.prisma.source.create({
      data: { id: randomUUID(), organizationId, connectionId: id, registrationIds: ['we_1', 'we_2'] },
    })
    const told: unknown[] = []
    const registration = {
      unregister: async (connection: { id: string }, ids: readonly string[]) => {
        told.push([connection.id, ids])
        await unregister()
      },
    }
    const { connection } = createCommands({ ...hub.collaborators, registration })
    await expect(connection.delete(owner, { id, name: 'other' })).rejects.toBeInstanceOf(InvalidInputError)
    expect(told).toEqual([])
    await connection.delete(owner, { id, name })
    expect(told).toEqual([[id, ['we_1', 'we_2']]])
    const entries = hub.database.system.prisma.auditEntry
    const entry = await entries.findFirst({ where: { subjectId: id, action: 'connection.deleted' } })
    return entry?.after
  }

  test('it is removed while there are credentials to ask with, and that is written down', async () => {
    expect(await remove(async () => {}, 'With a webhook')).toEqual({ webhooksAtVendor: 'removed' })
  })

  test('a vendor that cannot be told does not keep the connection', async () => {
    const refuse = () => Promise.reject(new ConflictError('The vendor does not answer.'))
    expect(await remove(refuse, 'With a stubborn vendor')).toEqual({
      webhooksAtVendor: 'not removed: The vendor does not answer.',
    })
  })
})
