import type { TestReport } from '@patchbay/schema/commands/connection.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import type { StreamRows } from '@patchbay/schema/events.ts'
import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import { startLab, type Lab } from '@patchbay/server/lab/lab.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rulesHub, type RulesHub } from '../support/rules-hub.ts'
import { until } from '../support/until.ts'

let lab: Lab
let hub: RulesHub
let owner: Actor

beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
  hub = await rulesHub({ labOrigin: lab.origin, lab: { origin: lab.origin, fetch } })
  owner = (await hub.organization()).owner
})
afterAll(async () => {
  await hub.close()
  await lab.close()
})

let count = 0
const rowOf = (id: string) => hub.database.system.prisma.connection.findUniqueOrThrow({ where: { id } })
async function create(provider: 'stripe' | 'printful' | 'sendgrid' | 'aramex', fields: Record<string, string>) {
  const environment = provider === 'stripe' ? 'SANDBOX' : 'LIVE'
  const { id } = await hub.commands.connection.create(owner, {
    provider,
    name: `${provider} ${(count += 1)}`,
    environment,
    fields,
    simulated: true,
  })
  return id
}
async function probe(id: string) {
  hub.clock.advance(1000)
  await hub.commands.connection.probe(owner, { id })
  return (await rowOf(id)).health
}
/** Follows a live stream until the test ends. */
function follow<N extends 'health' | 'incidents'>(stream: N): StreamRows[N][] {
  const seen: StreamRows[N][] = []
  const reading = async () => {
    const batches = hub.live.subscribe<N>(stream, { organizationId: owner.organizationId })
    for await (const batch of batches) seen.push(...(batch.rows as StreamRows[N][]))
  }
  void reading()
  return seen
}

test('H2: the lab’s Stripe goes down and comes back, and everyone who watches sees it', async () => {
  const id = await create('stripe', labCredentials.stripe.good)
  expect(await probe(id)).toBe('HEALTHY')
  const [states, lines] = [follow('health'), follow('incidents')]
  await hub.commands.lab!.change(owner, { provider: 'stripe', down: true })
  expect([await probe(id), await probe(id), await probe(id)]).toEqual(['DEGRADED', 'DEGRADED', 'DOWN'])
  await until('the change is seen', () => states.some((row) => row.to === 'DOWN'))
  await until('the escalation is seen', () => lines.some((row) => row.kind === 'ESCALATED'))
  expect(lines[0]?.text).toBe('Stripe answered 503: the service is unavailable.')
  await hub.commands.lab!.change(owner, { provider: 'stripe', down: false })
  expect([await probe(id), await probe(id)]).toEqual(['DEGRADED', 'HEALTHY'])
  await until('the recovery is seen', () => lines.some((row) => row.kind === 'RESOLVED'))
  // Two streams, each in its own time.
  await until('so is the health', () => states.some((row) => row.to === 'HEALTHY'))
  expect(states.map((row) => row.to)).toEqual(['DEGRADED', 'DOWN', 'DEGRADED', 'HEALTHY'])
  expect(lines.map((row) => row.kind)).toEqual(['OPENED', 'ESCALATED', 'EASED', 'RESOLVED'])
})

test('C3: a wrong key is told in words that help, nothing secret shows, and the right one mends it', async () => {
  const id = await create('stripe', { secretKey: 'sk_test_51CanaryWrongKeyOfStripe0000' })
  await hub.commands.connection.test(owner, { id })
  const report = (await rowOf(id)).lastTest as unknown as TestReport
  expect(report.steps).toHaveLength(1)
  expect(report.steps[0]).toMatchObject({ ok: false, errorClass: 'AUTHENTICATION', field: 'secretKey' })
  expect(report.steps[0]?.advice).toMatch(
    /^Stripe answered 401: the secret or restricted key was refused\. Check the Secret or restricted key/,
  )
  expect(report.steps[0]?.sent).toMatch(/^GET http/)
  expect(JSON.stringify(report)).not.toContain('CanaryWrongKey')
  expect(await rowOf(id)).toMatchObject({ status: 'ERROR' })
  await hub.commands.connection.setCredentials(owner, { id, fields: labCredentials.stripe.good })
  await hub.commands.connection.test(owner, { id })
  expect(await rowOf(id)).toMatchObject({ status: 'ACTIVE', lastTest: { ok: true } })
})

test.each([
  ['printful', labCredentials.printful],
  ['sendgrid', labCredentials.sendgrid],
  ['aramex', labCredentials.aramex],
] as const)(
  'C3: %s passes with good credentials and names what restricted ones lack',
  async (provider, { good, restricted, missing }) => {
    const well = await create(provider, good)
    await hub.commands.connection.test(owner, { id: well })
    expect((await rowOf(well)).lastTest).toMatchObject({ ok: true })
    const few = await create(provider, restricted)
    await hub.commands.connection.test(owner, { id: few })
    const report = (await rowOf(few)).lastTest as unknown as TestReport
    expect(report.ok).toBe(false)
    expect(JSON.stringify(report.steps.filter((step) => !step.ok))).toContain(missing)
  },
)

test('C3: a caller who leaves cancels the call at the vendor', async () => {
  const id = await create('stripe', { ...labCredentials.stripe.good, account: 'acct_1LabNoorAtelier' })
  await hub.commands.lab!.change(owner, { provider: 'stripe', latencyMs: 20_000 })
  const leaving = new AbortController()
  const desk = async () =>
    (await (await fetch(`${lab.origin}/_control/vendors/stripe`)).json()) as { cut: number; requests: number }
  const before = await desk()
  const left = hub.commands.connection.test({ ...owner, signal: leaving.signal }, { id })
  await until('the vendor is working', async () => (await desk()).requests > before.requests)
  expect((await rowOf(id)).status).toBe('TESTING')
  leaving.abort()
  await expect(left).rejects.toMatchObject({ errorClass: 'CANCELLED' })
  await until('the vendor saw the caller go', async () => (await desk()).cut > before.cut)
  await hub.commands.lab!.reset(owner)
  expect(await rowOf(id)).toMatchObject({ status: 'ACTIVE', lastTest: null })
})
