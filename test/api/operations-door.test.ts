import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connect, setLab } from '../support/connect.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { until } from '../support/until.ts'

let hub: TestHub
let shop: { readonly id: string }
let mail: { readonly id: string }

beforeAll(async () => {
  hub = await startHub({})
  ;[shop, mail] = [await connect(hub, 'stripe', 'Card payments'), await connect(hub, 'sendgrid', 'Customer mail')]
})
afterAll(() => hub.stop())
beforeEach(async () => {
  for (const vendor of ['stripe', 'sendgrid'] as const) await setLab(hub, vendor, { down: false })
})

interface Result {
  readonly __typename: string
  readonly message?: string
  readonly errorClass?: string
  readonly faults?: readonly { readonly path: string; readonly message: string }[]
  readonly repeated?: boolean
  readonly connection?: { readonly id: string }
  readonly payment?: {
    readonly id: string
    readonly amount: { readonly amountMinor: string; readonly currency: string }
  }
  readonly sentEmail?: { readonly messageId: string }
}

const errors = `__typename ... on Error { message } ... on ProviderCallError { errorClass }
  ... on InvalidInputError { faults { path message } }`
const createPayment = `mutation ($input: CreatePaymentInput!) { it: createPayment(input: $input) { ${errors}
  ... on CreatePaymentSuccess { repeated connection { id } payment { id amount { amountMinor currency } createdAt live } } } }`
const sendEmail = `mutation ($input: SendEmailInput!) { it: sendEmail(input: $input) { ${errors}
  ... on SendEmailSuccess { repeated sentEmail { messageId } } } }`
const fetchPayment = `query ($input: FetchPaymentInput!) { it: fetchPayment(input: $input) { ${errors}
  ... on FetchPaymentSuccess { connection { id } payment { id amount { amountMinor currency } } } } }`

async function run(document: string, input: object, options: { readonly key?: string } = {}): Promise<Result> {
  const { data } = await hub.graphql<{ it: Result }>(document, { input }, options)
  return data.it
}

const order = (change: object = {}) => ({
  connectionId: shop.id,
  amount: { amountMinor: '12500', currency: 'AED' },
  reference: 'NA-2001',
  idempotencyKey: randomUUID(),
  ...change,
})
const letter = (change: object = {}) => ({
  connectionId: mail.id,
  to: [{ email: 'layla@example.com' }],
  subject: 'Your order',
  text: 'Thank you.',
  idempotencyKey: randomUUID(),
  ...change,
})
const keyFor = async (scopes: readonly string[], connections: readonly string[] = []) => {
  const { data } = await hub.graphql<{ createApiKey: { secret: string } }>(
    `mutation ($input: CreateApiKeyInput!) {
       createApiKey(input: $input) { ... on CreateApiKeySuccess { secret } }
     }`,
    { input: { name: `key ${randomUUID()}`, scopes, connections } },
  )
  return data.createApiKey.secret
}

describe('X2: a typed operation through GraphQL', () => {
  test('is carried out, names the connection that served it, and is in the log', async () => {
    const made = await run(createPayment, order())
    expect(made).toMatchObject({
      __typename: 'CreatePaymentSuccess',
      repeated: false,
      connection: { id: shop.id },
      payment: { amount: { amountMinor: '12500', currency: 'AED' }, live: false },
    })
    const found = await run(fetchPayment, { connectionId: shop.id, id: made.payment?.id })
    expect(found).toMatchObject({ payment: { id: made.payment?.id } })
    await until('it is logged', async () => {
      const { data } = await hub.graphql<{ calls: { edges: unknown[] } }>(
        '{ calls(filter: { operation: ["payments.create"], purpose: [OPERATION] }) { edges { cursor } } }',
      )
      return data.calls.edges.length > 0
    })
  })

  test('what is outside the contract is refused by name, before anything is sent', async () => {
    const refused = await run(
      createPayment,
      order({ amount: { amountMinor: '-5', currency: 'dirham' }, reference: '' }),
    )
    expect(refused.__typename).toBe('InvalidInputError')
    expect(refused.faults?.map(({ path }) => path)).toEqual([
      'input.amount.amountMinor',
      'input.amount.currency',
      'input.reference',
    ])
  })

  test('a connection of another category is refused in words', async () => {
    const refused = await run(createPayment, order({ connectionId: mail.id }))
    expect(refused).toMatchObject({
      __typename: 'InvalidInputError',
      faults: [{ path: 'input.connectionId', message: expect.stringContaining('Customer mail is SendGrid') }],
    })
  })

  test('the vendor’s refusal keeps its words', async () => {
    const refused = await run(fetchPayment, { connectionId: shop.id, id: 'pi_nobodys' })
    expect(refused).toMatchObject({ __typename: 'ProviderCallError', errorClass: 'NOT_FOUND' })
  })

  test('a vendor that is away is a typed failure', async () => {
    await setLab(hub, 'sendgrid', { down: true })
    expect(await run(sendEmail, letter())).toMatchObject({ __typename: 'ProviderCallError', errorClass: 'UNAVAILABLE' })
  })
})

describe('T5: an effect happens once for its key', () => {
  test('a repeat is answered as the first time and sends nothing', async () => {
    const input = letter()
    const first = await run(sendEmail, input)
    expect(first).toMatchObject({ __typename: 'SendEmailSuccess', repeated: false })
    const count = await seenBy('sendgrid')
    const again = await run(sendEmail, input)
    expect(again).toMatchObject({ repeated: true, sentEmail: { messageId: first.sentEmail?.messageId } })
    expect(await seenBy('sendgrid')).toBe(count)
  })

  test('twenty at once are one effect', async () => {
    const input = letter({ subject: 'Twenty' })
    const count = await seenBy('sendgrid')
    const all = await Promise.all(Array.from({ length: 20 }, () => run(sendEmail, input)))
    expect(new Set(all.map(({ sentEmail }) => sentEmail?.messageId)).size).toBe(1)
    expect(await seenBy('sendgrid')).toBe(count + 1)
  })

  test('the same key with another input is refused', async () => {
    const input = letter()
    await run(sendEmail, input)
    expect(await run(sendEmail, { ...input, subject: 'Something else' })).toMatchObject({
      __typename: 'IdempotencyConflictError',
    })
  })

  test('a refusal of the vendor leaves the key free', async () => {
    const input = letter({ from: { email: 'nobody@elsewhere.example' } })
    const refused = await run(sendEmail, input)
    expect(refused.__typename).toBe('ProviderCallError')
    expect(await run(sendEmail, input)).toMatchObject({
      __typename: 'ProviderCallError',
      errorClass: refused.errorClass,
    })
  })

  /** As a hub leaves it that is killed between the vendor's answer and its own. */
  const cutOff = (key: string) =>
    hub.database.system.prisma.idempotencyKey.updateMany({ where: { key }, data: { resultId: '' } })

  test('after a kill: what the vendor does once for its key is asked for again', async () => {
    const input = order()
    const first = await run(createPayment, input)
    await cutOff(input.idempotencyKey)
    const again = await run(createPayment, input)
    expect(again).toMatchObject({ repeated: false, payment: { id: first.payment?.id } })
  })

  test('after a kill: what the vendor would do twice is not, and the refusal says where to look', async () => {
    const input = letter()
    await run(sendEmail, input)
    await cutOff(input.idempotencyKey)
    const count = await seenBy('sendgrid')
    const again = await run(sendEmail, input)
    expect(again).toMatchObject({
      __typename: 'ConflictError',
      message: expect.stringContaining('Look at the provider'),
    })
    expect(await seenBy('sendgrid')).toBe(count)
  })

  test('what is kept of an answer is sealed', async () => {
    await run(createPayment, order({ reference: 'SEALED-9001' }))
    const rows = await hub.database.system.prisma.operationResult.findMany()
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) expect(Buffer.from(row.ciphertext).toString('latin1')).not.toContain('SEALED-9001')
  })
})

describe('T1: who may', () => {
  test('reading takes operation:read, an effect operation:write', async () => {
    const reader = await keyFor(['operation:read'])
    const writer = await keyFor(['operation:write'])
    const read = { connectionId: shop.id, id: 'pi_nobodys' }
    expect(await run(fetchPayment, read, { key: reader })).toMatchObject({ errorClass: 'NOT_FOUND' })
    expect(await run(fetchPayment, read, { key: writer })).toMatchObject({ __typename: 'ForbiddenError' })
    expect(await run(createPayment, order(), { key: reader })).toMatchObject({ __typename: 'ForbiddenError' })
  })

  test('a key narrowed to one connection does not know the other', async () => {
    const narrowed = await keyFor(['operation:read', 'operation:write'], [mail.id])
    expect(await run(createPayment, order(), { key: narrowed })).toMatchObject({ __typename: 'NotFoundError' })
  })
})

/** Requests the vendor has seen. */
async function seenBy(provider: string): Promise<number> {
  const { data } = await hub.graphql<{ lab: { vendors: { provider: { slug: string }; requests: number }[] } }>(
    '{ lab { vendors { provider { slug } requests } } }',
  )
  return data.lab.vendors.find((vendor) => vendor.provider.slug === provider)?.requests ?? 0
}
