import { randomBytes } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError, readConfig, type Environment } from '@patchbay/server/config.ts'
import { catalog } from '@patchbay/server/providers/index.ts'
import { describe, expect, test } from 'vitest'

function faultsOf(env: Environment): readonly string[] {
  try {
    readConfig(env, catalog.list())
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}

const secrets = {
  PATCHBAY_MASTER_KEYS: `k1:${randomBytes(32).toString('base64')}`,
  PATCHBAY_AUTH_SECRET: 'a'.repeat(32),
}
const folder = mkdtempSync(join(tmpdir(), 'patchbay config '))

describe('N6: configuration is judged as a whole', () => {
  test('nothing set is a demo on this machine only', () => {
    const config = readConfig({})
    expect(config).toMatchObject({ mode: 'demo', role: 'all', host: '127.0.0.1', port: 4000, database: { url: null } })
    expect(config.warnings).toEqual([])
  })

  test('an empty value counts as unset', () => {
    expect(readConfig({ PORT: '', PATCHBAY_MODE: ' ', DATABASE_URL: '' })).toEqual(readConfig({}))
  })

  test('every fault is reported together, by name, and no secret is repeated', () => {
    const faults = faultsOf({
      PORT: 'eighty',
      PATCHBAY_MODE: 'prod',
      PATCHBAY_ROLE: 'web',
      PATCHBAY_PUBLIC_URL: 'hub.example',
      PATCHBAY_TRUSTED_PROXIES: '10.0.0.0/8, proxy',
      PATCHBAY_AUTH_SECRET: 'hunter2',
      PATCHBAY_BOOTSTRAP_API_KEY: 'short',
      OIDC_ISSUER: 'https://login.example',
      STRIPE_ENVIRONMENT: 'staging',
      STRIPE_SECRET_KEY: 'sk_test_canary',
    })
    for (const name of [
      'PORT',
      'PATCHBAY_MODE',
      'PATCHBAY_ROLE',
      'PATCHBAY_PUBLIC_URL',
      'PATCHBAY_TRUSTED_PROXIES',
      'PATCHBAY_AUTH_SECRET',
      'PATCHBAY_BOOTSTRAP_API_KEY',
      'OIDC_CLIENT_ID',
      'STRIPE_ENVIRONMENT',
    ])
      expect(
        faults.filter((fault) => fault.startsWith(name)),
        name,
      ).toHaveLength(1)
    expect(faults.join()).not.toMatch(/hunter2|canary|short/)
  })

  test('the hub’s own mail is whole or off, and its address is a secret', () => {
    const url = 'smtps://hub:hunter2@smtp.example'
    expect(readConfig({}).smtp).toBeNull()
    expect(readConfig({ PATCHBAY_SMTP_URL: url, PATCHBAY_SMTP_FROM: 'Hub <hub@shop.example>' }).smtp).toEqual({
      url,
      from: 'Hub <hub@shop.example>',
    })
    expect(faultsOf({ PATCHBAY_SMTP_URL: url })).toEqual([expect.stringMatching(/^PATCHBAY_SMTP_FROM missing/)])
    for (const wrong of ['http://smtp.example', 'hunter2'])
      expect(faultsOf({ PATCHBAY_SMTP_URL: wrong, PATCHBAY_SMTP_FROM: 'hub@shop.example' }).join()).not.toContain(
        'hunter2',
      )
    for (const from of ['nobody', 'a@b.example\r\nBcc: c@d.example', '<a@b.example'])
      expect(faultsOf({ PATCHBAY_SMTP_URL: url, PATCHBAY_SMTP_FROM: from }), from).toHaveLength(1)
  })

  test('a database server means production, and production wants its secrets', () => {
    const faults = faultsOf({ DATABASE_URL: 'postgresql://localhost/patchbay' })
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual([
      'PATCHBAY_PUBLIC_URL',
      'PATCHBAY_MASTER_KEYS',
      'PATCHBAY_AUTH_SECRET',
    ])
    const config = readConfig({
      DATABASE_URL: 'postgresql://localhost/patchbay',
      PATCHBAY_PUBLIC_URL: 'https://hub.example',
      ...secrets,
    })
    expect(config.mode).toBe('production')
  })

  test('demo on a database server is possible when asked for', () => {
    expect(readConfig({ DATABASE_URL: 'postgresql://localhost/patchbay', PATCHBAY_MODE: 'demo' }).mode).toBe('demo')
  })

  test('secrets come from files too, and only from one place', () => {
    const file = join(folder, 'auth secret')
    writeFileSync(file, `${'b'.repeat(40)}\n`)
    expect(readConfig({ PATCHBAY_AUTH_SECRET_FILE: file }).authSecret).toBe('b'.repeat(40))
    expect(faultsOf({ PATCHBAY_AUTH_SECRET_FILE: file, PATCHBAY_AUTH_SECRET: 'c'.repeat(40) })).toEqual([
      'PATCHBAY_AUTH_SECRET and PATCHBAY_AUTH_SECRET_FILE are both set: keep one',
    ])
    expect(faultsOf({ PATCHBAY_AUTH_SECRET_FILE: join(folder, 'nowhere') })).toEqual([
      'PATCHBAY_AUTH_SECRET_FILE cannot be read (ENOENT)',
    ])
  })

  test('a misspelled setting is pointed out and stops nothing', () => {
    expect(readConfig({ PATCHBAY_PUBIC_URL: 'https://hub.example' }).warnings).toEqual([
      'PATCHBAY_PUBIC_URL is not a setting of this hub and is ignored',
    ])
  })
})

describe('C8: connections named by the environment', () => {
  test("a provider's variables are its slug and field names", () => {
    const { connections } = readConfig(
      { STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_ENVIRONMENT: 'sandbox' },
      catalog.list(),
    )
    expect(connections).toEqual([{ provider: 'stripe', environment: 'SANDBOX', fields: { secretKey: 'sk_test_1' } }])
  })

  test('a half-named provider is a fault that names what is missing', () => {
    const [fault] = faultsOf({ ARAMEX_PASSWORD: 'canary' })
    expect(fault).toMatch(/^ARAMEX_/)
    expect(fault).not.toContain('canary')
  })
})
