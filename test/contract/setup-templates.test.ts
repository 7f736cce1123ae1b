import { catalog } from '@patchbay/server/providers/index.ts'
import { describe, expect, test } from 'vitest'

// The wizard's memory of what was typed while somebody tries one template after another.

interface Template {
  readonly key: string
  readonly environment: 'SANDBOX' | 'LIVE'
  readonly probeIntervalSeconds: number
  readonly settings: readonly { readonly name: string; readonly value: string }[]
}
interface Values {
  readonly environment: 'SANDBOX' | 'LIVE'
  readonly interval: string
  readonly fields: Readonly<Record<string, string>>
}
interface Source {
  readonly usualOf: (templates: readonly Template[], environment: 'SANDBOX' | 'LIVE') => Template | undefined
  readonly Templates: new (untyped: Readonly<Record<string, string>>) => {
    change: (from: Template | undefined, to: Template, now: Values) => Values
  }
}
// By address, so that the client's own type checker alone judges its sources.
const address = new URL('../../client/src/lib/components/setup/templates.ts', import.meta.url).href
const { Templates, usualOf } = (await import(address)) as Source

function templatesOf(slug: string): Template[] {
  const entry = catalog.get(slug)
  return (entry?.templates ?? []).map((one) => ({
    ...one,
    settings: Object.entries(one.settings).map(([name, value]) => ({ name, value })),
  }))
}

/** The details step of a provider, without its pixels. */
function form(slug: string) {
  const templates = templatesOf(slug)
  const plain = (catalog.get(slug)?.fields ?? []).filter(({ kind }) => kind !== 'secret')
  const untyped = Object.fromEntries(plain.map((field) => [field.name, field.default ?? '']))
  const memory = new Templates(untyped)
  let chosen: Template | undefined
  let now: Values = { environment: 'LIVE', interval: '300', fields: untyped }
  return {
    choose(key: string) {
      const to = templates.find((one) => one.key === key)
      if (to === undefined) throw new Error(`${slug} has no template ${key}`)
      const next = memory.change(chosen, to, now)
      now = { ...next, fields: { ...now.fields, ...next.fields } }
      chosen = to
    },
    type: (fields: Record<string, string>) => (now = { ...now, fields: { ...now.fields, ...fields } }),
    probe: (interval: string) => (now = { ...now, interval }),
    /** What a draft brings back, with the template it began with. */
    restore(key: string, fields: Record<string, string>) {
      chosen = templates.find((one) => one.key === key)
      now = { ...now, fields: { ...now.fields, ...fields } }
    },
    get now() {
      return now
    },
  }
}

describe('P3: choosing a template', () => {
  test('nobody begins with a configuration made for others', () => {
    for (const { slug, environments } of catalog.list())
      for (const environment of environments)
        expect(usualOf(templatesOf(slug), environment), slug).toMatchObject({ environment, settings: [] })
    expect(usualOf(templatesOf('network-international'), 'SANDBOX')?.key).toBe('sandbox')
    expect(usualOf(templatesOf('smtp'), 'LIVE')?.key).toBe('live')
    expect(usualOf(templatesOf('smtp'), 'SANDBOX')).toBeUndefined()
  })

  test('fills in what it stands for, and leaves the rest alone', () => {
    const smtp = form('smtp')
    smtp.choose('live')
    smtp.type({ username: 'post@shop.example' })
    smtp.choose('zoho')
    expect(smtp.now).toMatchObject({
      environment: 'LIVE',
      interval: '900',
      fields: { host: 'smtppro.zoho.com', port: '465', security: 'tls', username: 'post@shop.example' },
    })
  })

  test('left again, what was typed before is back, and what nobody typed is as it was', () => {
    const smtp = form('smtp')
    smtp.choose('live')
    smtp.type({ host: 'mail.shop.example', fromName: 'Noor' })
    smtp.probe('120')
    smtp.choose('zoho')
    smtp.choose('gmail')
    expect(smtp.now.fields).toMatchObject({ host: 'smtp.gmail.com', port: '587', security: 'starttls' })
    smtp.choose('live')
    expect(smtp.now).toMatchObject({
      interval: '120',
      fields: { host: 'mail.shop.example', port: '587', security: 'starttls', fromName: 'Noor' },
    })
  })

  test('what was changed by hand is its own: it goes with it, and comes back with it', () => {
    const smtp = form('smtp')
    smtp.choose('live')
    smtp.choose('zoho')
    smtp.type({ host: 'smtppro.zoho.eu' })
    smtp.probe('60')
    smtp.choose('gmail')
    expect(smtp.now).toMatchObject({ interval: '900', fields: { host: 'smtp.gmail.com' } })
    smtp.choose('critical')
    expect(smtp.now).toMatchObject({ interval: '60', fields: { host: '', port: '587' } })
    smtp.choose('zoho')
    expect(smtp.now).toMatchObject({ interval: '60', fields: { host: 'smtppro.zoho.eu', port: '465' } })
  })

  test('what is typed under one that sets nothing is there under every other such', () => {
    const aramex = form('aramex')
    aramex.choose('sandbox')
    aramex.choose('live')
    aramex.type({ accountEntity: 'AUH' })
    aramex.choose('riyadh')
    aramex.choose('sandbox')
    expect(aramex.now).toMatchObject({
      environment: 'SANDBOX',
      fields: { accountEntity: 'AUH', accountCountryCode: 'AE' },
    })
  })

  test('a template a draft began with leaves nothing behind either', () => {
    const aramex = form('aramex')
    aramex.restore('riyadh', { accountEntity: 'RUH', accountCountryCode: 'SA', username: 'noor@shop.example' })
    aramex.choose('sandbox')
    expect(aramex.now.fields).toMatchObject({
      accountEntity: '',
      accountCountryCode: 'AE',
      username: 'noor@shop.example',
    })
  })
})
