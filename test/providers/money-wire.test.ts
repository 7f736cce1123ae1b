import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { capabilities } from '@patchbay/schema/capabilities/index.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { providers } from '@patchbay/server/providers/index.ts'
import { exponentOf, fromDecimal, toDecimal } from '@patchbay/server/providers/shared/money.ts'
import type { Provider } from '@patchbay/server/providers/provider.ts'
import { cases, exercise, inputOf } from './cases/index.ts'
import { type Exchange, recorder } from './descriptions/exchange.ts'
import { connect, factsOf, twinCall, type TwinConnection } from './twin-call.ts'

const currencies = Intl.supportedValuesOf('currency')
/** Some vendors take no fils, or no part of a forint: each amount ends in one more nought. */
const amounts = [12_347, 98_760, 7_654_300, 5_432_000]
/** What begins something new. What goes on with it must keep to the currency it has. */
const beginning = [
  'payments.create',
  'checkouts.create',
  'rates.quote',
  'shippingRates.quote',
  'shipments.create',
  'invoices.create',
  'expenses.create',
  'orders.create',
]
/** Vendors that write whole minor units; the others write decimals. */
const inMinorUnits = new Set(['stripe', 'square', 'network-international', 'printify'])

interface Money {
  readonly amountMinor: number
  readonly currency: string
}
const isMoney = (value: object): value is Money => 'amountMinor' in value && 'currency' in value

/** The same input about another sum, and a request of its own. */
function about(value: unknown, money: Money, serial: string, name = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => about(one, money, serial))
  if (typeof value === 'object' && value !== null)
    return isMoney(value)
      ? money
      : Object.fromEntries(Object.entries(value).map(([key, one]) => [key, about(one, money, serial, key)]))
  if (name === 'currency') return money.currency
  return ['idempotencyKey', 'reference', 'externalId', 'number'].includes(name) && typeof value === 'string'
    ? `${value}-${serial}`.slice(-20)
    : value
}

function moneyIn(value: unknown): readonly Money[] {
  if (typeof value !== 'object' || value === null) return []
  return isMoney(value) ? [value] : Object.values(value).flatMap(moneyIn)
}

/** How a vendor may write a sum. */
function written({ amountMinor, currency }: Money, isMinor: boolean): ReadonlySet<string> {
  const digits = exponentOf(currency)
  // Stripe counts some currencies without decimals in hundredths, and some with them as a whole.
  if (isMinor) return new Set([amountMinor, digits === 0 ? amountMinor * 100 : amountMinor / 10 ** digits].map(String))
  return new Set([plain(toDecimal({ amountMinor, currency }))])
}

/** Without noughts that say nothing: 105.50 is 105.5. */
const plain = (number: string): string => (number.includes('.') ? number.replace(/\.?0+$/, '') : number)

/** Is a sum one of the numbers of an answer; decimals it has no place for are rounded. */
function isRead(money: Money, numbers: ReadonlySet<string>, isMinor: boolean): boolean {
  if (!numbers.isDisjointFrom(written(money, isMinor))) return true
  if (isMinor) return false
  return [...numbers].some(
    (number) => number.length < 15 && fromDecimal(number, money.currency).amountMinor === money.amountMinor,
  )
}

const numbersIn = (text: string): ReadonlySet<string> => {
  const readable = text.startsWith('{') || text.startsWith('[') || text.startsWith('<')
  const numbers = (readable ? text : decodeURIComponent(text.replaceAll('+', ' '))).match(/\d+(\.\d+)?/g) ?? []
  return new Set(numbers.map(plain))
}

type Outcome = 'taken' | 'not this sum' | 'not by the vendor'

interface Attempt {
  readonly output: unknown
  readonly error: unknown
  readonly seen: readonly Exchange[]
}

let lab: Lab
let serial = 0
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const moving = providers
  .values()
  .filter(({ entry }) => ['PAYMENT', 'SHIPPING', 'ACCOUNTING', 'FULFILLMENT'].includes(entry.category))

describe.each(moving)('F3: money at $entry.slug', (provider: Provider) => {
  const { slug, category } = provider.entry
  let connection: TwinConnection
  const operations: { readonly name: string; readonly input: object }[] = []

  async function attempt(name: string, input: object, money: Money): Promise<Attempt> {
    const { seen, fetch } = recorder(connection)
    serial += 1
    try {
      const contract = capabilities[category][name]
      const wanted = contract?.input.parse(about(input, money, String(serial)))
      const work = provider.operations[name]?.(twinCall(connection, fetch), wanted as never, factsOf(connection))
      return { output: contract?.output.parse(await work), error: null, seen }
    } catch (error) {
      return { output: null, error, seen }
    }
  }

  /** Either the sum went out, and what came back is what the vendor wrote; or it was refused, by name. */
  function expectExact(name: string, input: object, money: Money, { output, error, seen }: Attempt): Outcome {
    const what = `${name} of ${toDecimal(money)} ${money.currency}`
    const isMinor = inMinorUnits.has(slug)
    const changes = seen.filter(({ method }) => method !== 'GET').map(({ body }) => numbersIn(body))
    if (moneyIn(input).length > 0 && changes.length > 0)
      expect(
        changes.some((numbers) => !numbers.isDisjointFrom(written(money, isMinor))),
        `${what} on the wire`,
      ).toBe(true)
    if (error !== null) {
      const words = error instanceof Error ? error.message : ''
      expect(error, `${what}: ${words}`).toBeInstanceOf(ProviderCallError)
      expect(error, `${what}: ${words}`).toMatchObject({ errorClass: 'INVALID_REQUEST' })
      // Which currencies an account has only the vendor knows; then it is the vendor that says so.
      if (changes.length > 0) expect(words, what).toMatch(new RegExp(`currenc|${money.currency}`, 'i'))
      return changes.length > 0 ? 'not by the vendor' : 'not this sum'
    }
    const answered = new Set(seen.flatMap(({ answer }) => [...numbersIn(answer)]))
    const back = moneyIn(output).filter(({ currency, amountMinor }) => currency === money.currency && amountMinor > 0)
    for (const one of back) {
      // Some vendors answer with nothing but an id; then it is what was asked for.
      const exact = one.amountMinor === money.amountMinor || isRead(one, answered, isMinor)
      expect(exact, `${what}: ${JSON.stringify(one)} read`).toBe(true)
    }
    // What is created is created for exactly this sum.
    if (name === 'payments.create' || name === 'expenses.create')
      expect(
        back.map(({ amountMinor }) => amountMinor),
        what,
      ).toContain(money.amountMinor)
    return 'taken'
  }

  beforeAll(async () => {
    connection = await connect(provider, cases[slug]?.good ?? {}, lab.origin)
    const call = twinCall(connection)
    const made = await exercise(provider, async (name, input) =>
      provider.operations[name]?.(call, input as never, factsOf(connection)),
    )
    for (const name of beginning) {
      if (!(name in provider.operations)) continue
      const input = inputOf(provider, name, made)
      if (moneyIn(input).length > 0 || 'currency' in input) operations.push({ name, input })
    }
  })

  test('every currency goes out and comes back exact, or is refused by name', async () => {
    for (const { name, input } of operations) {
      let taken = 0
      for (const currency of currencies)
        for (const amountMinor of amounts) {
          const money = { amountMinor, currency }
          const outcome = expectExact(name, input, money, await attempt(name, input, money))
          if (outcome === 'taken') taken += 1
          if (outcome !== 'not this sum') break
        }
      expect(taken, `${name} takes no currency at all`).toBeGreaterThan(0)
    }
  })

  test.each([
    [{ amountMinor: 10_550, currency: 'AED' }, '105.50'],
    [{ amountMinor: 105_500, currency: 'KWD' }, '105.500'],
    [{ amountMinor: 1_055, currency: 'JPY' }, '1055'],
  ])('%j is %s on the wire, or refused', async (money, decimal) => {
    expect(toDecimal(money)).toBe(decimal)
    for (const { name, input } of operations) expectExact(name, input, money, await attempt(name, input, money))
  })
})
