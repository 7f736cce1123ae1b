import type { Actor } from '@patchbay/schema/context.ts'
import { InvalidInputError } from '@patchbay/schema/errors.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rulesHub, type RulesHub } from '../support/rules-hub.ts'

describe('P3: a connection made from a template', () => {
  let hub: RulesHub
  let owner: Actor
  beforeAll(async () => {
    hub = await rulesHub()
    owner = (await hub.organization()).owner
  })
  afterAll(() => hub.close())

  const made = async (template: string, more: object = {}) => {
    const input = { provider: 'smtp', name: `Mail by ${template}`, environment: 'LIVE' as const, template, ...more }
    const { id } = await hub.commands.connection.create(owner, input)
    return hub.database.system.prisma.connection.findUniqueOrThrow({ where: { id } })
  }

  test('has its settings and its interval, and waits for what only its owner knows', async () => {
    expect(await made('zoho')).toMatchObject({
      status: 'NOT_CONFIGURED',
      settings: { host: 'smtppro.zoho.com', port: '465', security: 'tls' },
      probeIntervalSeconds: 900,
    })
  })

  test('what is said besides it holds; with an interval of its own too', async () => {
    const fields = {
      host: 'smtppro.zoho.eu',
      username: 'post@shop.example',
      fromEmail: 'post@shop.example',
      password: 'x',
    }
    expect(await made('zoho', { name: 'Mail in Europe', fields, probeIntervalSeconds: 120 })).toMatchObject({
      status: 'ACTIVE',
      settings: { host: 'smtppro.zoho.eu', port: '465', security: 'tls', fromEmail: 'post@shop.example' },
      probeIntervalSeconds: 120,
    })
  })

  test('one that does not exist is refused, naming those that do', async () => {
    const refused = await made('hotmail').catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(InvalidInputError)
    expect((refused as InvalidInputError).faults).toEqual([
      { path: 'template', message: expect.stringMatching(/no template "hotmail".*gmail, microsoft-365, zoho.*live/) },
    ])
  })
})
