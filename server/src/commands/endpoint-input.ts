import type { EndpointFields, PayloadKind } from '@patchbay/schema/commands/endpoint.ts'
import { InvalidInputError, ProviderCallError, type FieldFault } from '@patchbay/schema/errors.ts'
import { fits, patternRule } from '@patchbay/schema/event-types/form.ts'
import { eventTypes as catalogue } from '@patchbay/schema/event-types/index.ts'
import type { Payloads } from '../engine/delivery/contract.ts'
import type { Egress } from '../engine/egress/contract.ts'
import { didYouMean } from './connection-fields.ts'

/** An endpoint's fields as they will be stored, checked. */
export interface CheckedEndpoint {
  readonly url: string
  readonly description: string
  readonly eventTypes: string[]
  readonly enabled: boolean
  readonly ratePerSecond: number | null
  readonly schedule: number[]
  readonly strictOrder: boolean
  readonly payload: PayloadKind
  readonly payloadText: string | null
}

export interface EndpointRules {
  readonly egress: Pick<Egress, 'check'>
  readonly payloads: Pick<Payloads, 'check'>
}

const longestUrl = 2_000
const longestDescription = 500
const mostPatterns = 50
const mostSteps = 20
const longestStep = 86_400

/**
 * Checks an endpoint. What is stored already (`known`) is not doubted again: a URL that may not be used any more must not
 * keep anyone from switching the endpoint off. Names are looked up and expressions run, so never inside a transaction.
 * @throws InvalidInputError with every fault
 */
export async function checkEndpoint(
  fields: EndpointFields,
  rules: EndpointRules,
  known?: CheckedEndpoint,
): Promise<CheckedEndpoint> {
  const faults: FieldFault[] = []
  const samePayload = known?.payload === fields.payload && known?.payloadText === fields.payloadText
  const [url] = await Promise.all([
    known?.url === fields.url ? fields.url : checkUrl(fields.url, rules, faults),
    samePayload ? null : checkPayload(fields, rules, faults),
  ])
  const sameTypes = known?.eventTypes.join() === fields.eventTypes.join()
  const eventTypes = sameTypes ? [...fields.eventTypes] : checkEventTypes(fields.eventTypes, faults)
  const description = (fields.description ?? '').trim()
  if ([...description].length > longestDescription)
    faults.push({ path: 'description', message: `Use at most ${longestDescription} characters.` })
  const { ratePerSecond = null, schedule, strictOrder = false, enabled = true, payload = 'ENVELOPE' } = fields
  if (ratePerSecond !== null && !(ratePerSecond >= 0.01 && ratePerSecond <= 1_000))
    faults.push({
      path: 'ratePerSecond',
      message: 'Use 0.01 to 1,000 requests per second, or leave it empty for no limit.',
    })
  checkSchedule(schedule ?? null, faults)
  if (faults.length > 0) throw new InvalidInputError(faults)
  const payloadText = payload === 'ENVELOPE' ? null : (fields.payloadText ?? null)
  const rest = { description, eventTypes, enabled, ratePerSecond, strictOrder, payload, payloadText }
  return { url, schedule: [...(schedule ?? [])], ...rest }
}

async function checkUrl(text: string, { egress }: EndpointRules, faults: FieldFault[]): Promise<string> {
  const fault = (message: string) => (faults.push({ path: 'url', message }), text)
  if (text.length > longestUrl) return fault(`Use at most ${longestUrl} characters.`)
  const url = URL.parse(text)
  if (url === null) return fault('Write a whole URL, for example https://shop.example/hooks.')
  if (url.username !== '' || url.password !== '')
    return fault('Leave user name and password out of the URL: the signature proves who sends.')
  if (url.hash !== '' || text.includes('#')) return fault('Leave out the part after #: it is never sent.')
  try {
    await egress.check(url)
  } catch (error) {
    if (!(error instanceof ProviderCallError)) throw error
    return fault(`The hub may not send there. ${error.message}`)
  }
  return url.href
}

function checkEventTypes(patterns: readonly string[], faults: FieldFault[]): string[] {
  const wanted = [...new Set(patterns.map((pattern) => pattern.trim()))]
  if (wanted.length === 0 || wanted.length > mostPatterns)
    faults.push({ path: 'eventTypes', message: `Name 1 to ${mostPatterns} event types; * means all.` })
  const names = [...catalogue.keys()]
  for (const pattern of wanted.slice(0, mostPatterns)) {
    if (patternRule.test(pattern) && names.some((name) => fits(pattern, name))) continue
    const nouns = names.map((name) => `${name.slice(0, name.lastIndexOf('.'))}.*`)
    const hint = didYouMean(pattern, [...new Set([...names, ...nouns])])
    const words = patternRule.test(pattern)
      ? `No event type fits ${pattern}.`
      : `${JSON.stringify(pattern)} is no event type. Write a type, a noun with .* or *.`
    faults.push({ path: 'eventTypes', message: `${words}${hint}` })
  }
  return wanted
}

function checkSchedule(schedule: readonly number[] | null, faults: FieldFault[]): void {
  if (schedule === null) return
  const fits = schedule.every((seconds) => Number.isInteger(seconds) && seconds >= 0 && seconds <= longestStep)
  if (schedule.length === 0 || schedule.length > mostSteps || !fits)
    faults.push({
      path: 'schedule',
      message: `Use 1 to ${mostSteps} whole numbers of seconds, each at most 86,400, or leave it empty for the hub’s own.`,
    })
}

async function checkPayload(
  { payload = 'ENVELOPE', payloadText = null }: EndpointFields,
  { payloads }: EndpointRules,
  faults: FieldFault[],
): Promise<void> {
  const message = await payloads.check(payload, payloadText)
  if (message !== null) faults.push({ path: 'payloadText', message })
}
