import type { Egress } from '../egress/contract.ts'
import type { EndpointKeys, Payloads } from './contract.ts'
import { toEnvelope, type EnvelopeFields } from './envelope.ts'
import { judgeAnswer, judgeFailure, type Verdict } from './judge.ts'
import type { Lane } from './lane.ts'
import type { DeliverySettings } from './settings.ts'

/** A claimed delivery: one request that this process alone may send now. */
export interface Job {
  readonly deliveryId: string
  /** The delivery's and its event's. */
  readonly at: Date
  readonly organizationId: string
  readonly endpointId: string
  readonly eventId: string
  readonly round: number
  /** Within the round, from 1. */
  readonly number: number
  readonly attemptId: string
  readonly startedAt: Date
  readonly endpoint: Pick<Lane, 'url' | 'payload' | 'payloadText'>
  /** Null when the event is no longer kept. */
  readonly event: EnvelopeFields | null
}

/** What came of it. */
export interface Result {
  readonly job: Job
  readonly verdict: Verdict
  readonly finishedAt: Date
  /** Null when nothing was sent. */
  readonly latencyMs: number | null
  readonly requestHead: Readonly<Record<string, string>> | null
  readonly requestBytes: number | null
  readonly responseHead: Readonly<Record<string, string>> | null
  readonly responseBody: string | null
}

export interface AttemptTools {
  readonly egress: Pick<Egress, 'send'>
  readonly keys: Pick<EndpointKeys, 'sign'>
  readonly payloads: Pick<Payloads, 'make'>
  readonly settings: DeliverySettings
  readonly userAgent: string
  readonly now: () => Date
  /** Told about errors that are the hub's own. */
  readonly onFault: (error: unknown) => void
}

const readBytes = 64 * 1024
const keptBytes = 4 * 1024
/** Answer headers kept, in characters; an endpoint that sends more loses the rest. */
const keptHead = 8 * 1024

/** Makes the payload, signs it, sends it. Never throws: whatever happens is a verdict. */
export async function attempt(tools: AttemptTools, job: Job): Promise<Result> {
  const unsent = (verdict: Verdict): Result => ({
    job,
    verdict,
    finishedAt: tools.now(),
    latencyMs: null,
    requestHead: null,
    requestBytes: null,
    responseHead: null,
    responseBody: null,
  })
  try {
    const ready = await prepare(tools, job)
    return 'kind' in ready ? unsent(ready) : await exchange(tools, job, ready)
  } catch (error) {
    tools.onFault(error)
    const words = error instanceof Error && error.name === 'NoSigningKey' ? error.message : inside
    return unsent({ kind: 'UNSENT', status: null, errorClass: 'INTERNAL', words })
  }
}

const inside = 'It was not sent, because of an error inside the hub.'

interface Ready {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

async function prepare(tools: AttemptTools, job: Job): Promise<Ready | Verdict> {
  const { organizationId, endpointId, eventId, endpoint, event } = job
  const none = { status: null, errorClass: null }
  if (event === null) return { ...none, kind: 'REFUSED', errorClass: 'PAYLOAD', words: 'The event is no longer kept.' }
  const envelope = JSON.stringify(toEnvelope(event))
  const { payload: kind, payloadText } = endpoint
  const payload = await tools.payloads.make({ organizationId, eventId, envelope, payload: kind, payloadText })
  if (payload.outcome === 'NOTHING') return { ...none, kind: 'NOTHING', words: 'The mapping yields nothing.' }
  if (payload.outcome === 'FAULT')
    return { ...none, kind: 'REFUSED', errorClass: 'PAYLOAD', words: `Its payload cannot be made: ${payload.message}` }
  const { body } = payload
  const signed = await tools.keys.sign({ id: endpointId, organizationId }, { id: eventId, at: job.startedAt, body })
  // Sent now, its answer could come after the claim has ended and another process has sent it too.
  if (tools.now().getTime() - job.startedAt.getTime() > tools.settings.readyMs)
    return { ...none, kind: 'UNSENT', errorClass: 'INTERNAL', words: 'It was not sent: the hub was too busy.' }
  return { body, headers: { 'content-type': 'application/json', 'user-agent': tools.userAgent, ...signed } }
}

async function exchange(tools: AttemptTools, job: Job, { headers, body }: Ready): Promise<Result> {
  const sentAt = tools.now().getTime()
  const sent = { job, requestHead: headers, requestBytes: Buffer.byteLength(body) }
  try {
    const answer = await tools.egress.send({
      method: 'POST',
      url: new URL(job.endpoint.url),
      headers: { ...headers, 'accept-encoding': 'identity' },
      body,
      timeoutMs: tools.settings.timeoutMs,
      maxBytes: readBytes,
      overflow: 'cut',
    })
    const finishedAt = tools.now()
    return {
      ...sent,
      verdict: judgeAnswer(answer, finishedAt),
      finishedAt,
      latencyMs: finishedAt.getTime() - sentAt,
      responseHead: shortHead(answer.headers),
      responseBody: textOf(answer.body),
    }
  } catch (error) {
    const finishedAt = tools.now()
    const latencyMs = finishedAt.getTime() - sentAt
    return { ...sent, verdict: judgeFailure(error), finishedAt, latencyMs, responseHead: null, responseBody: null }
  }
}

/** Headers of an answer, as many as fit; cookies are the consumer's secrets. */
function shortHead(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept: Record<string, string> = {}
  let size = 0
  for (const [name, value] of Object.entries(headers)) {
    size += name.length + value.length
    if (size > keptHead) break
    kept[name] = name === 'set-cookie' ? '[removed]' : value
  }
  return kept
}

/** The beginning of a body as text a database takes: no NUL, no half characters. */
function textOf(body: Uint8Array): string {
  return Buffer.from(body.subarray(0, keptBytes)).toString('utf8').replaceAll('\0', '\ufffd')
}
