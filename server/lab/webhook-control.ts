import { z } from 'zod'
import { isAddress, maskedAddress } from './address.ts'
import type { EmissionRefusal } from './emission.ts'
import { emit, troubles, troublesOf } from './emission.ts'
import { fromForm, refuse } from './form.ts'
import type { Post } from './post.ts'
import { receiverBehaviour } from './receiver-behaviour.ts'
import type { Receivers } from './receiver.ts'
import type { LabAnswer, LabRequest } from './twin.ts'
import { json } from './twin.ts'
import type { Desks } from './desks.ts'
import type { VendorDesk } from './vendor-desk.ts'
import type { Subscriber } from './webhook.ts'

export interface WebhookControl {
  readonly desks: Pick<Desks, 'get' | 'values' | 'opened' | 'reset'>
  readonly post: Post
  readonly receivers: Receivers
  readonly now: number
}

const emission = z.strictObject({
  vendor: z.string(),
  scenario: z.string(),
  /** What a trouble happens to. */
  of: z.string().optional(),
  count: z.int().min(1).max(1_000).optional(),
  orderId: z.string().min(1).max(200).optional(),
})

const pasted = z.strictObject({
  url: z.string().refine(isAddress, 'Use an https address, or http on this machine or network.'),
  secret: z.string().min(1).max(500).nullable().default(null),
})

const why: Readonly<Record<EmissionRefusal, readonly [number, (name: string) => string]>> = {
  NO_WEBHOOKS: [409, (name) => `${name} tells nobody what happens; it is asked.`],
  UNKNOWN_SCENARIO: [400, (name) => `${name} has no such scenario: see GET /_control/scenarios.`],
  NOT_POSSIBLE: [409, (name) => `${name} proves nothing of the body, so that cannot be forged.`],
  NO_SUBSCRIBER: [
    409,
    (name) => `${name} has no address to tell (or none it signs for): register one by its API or paste one.`,
  ],
  FULL: [429, (name) => `Too many letters of ${name} wait already; try again in a minute.`],
}

const shown = (subscriber: Subscriber, byHand: boolean) => ({
  id: subscriber.id,
  url: maskedAddress(subscriber.url),
  types: subscriber.types,
  signed: subscriber.secret !== null,
  byHand,
})

const listed = (desk: VendorDesk, now: number) => ({
  vendor: desk.twin.slug,
  subscribers: [
    ...(desk.webhooks?.subscribers(now) ?? []).map((one) => shown(one, false)),
    ...desk.pasted.map((one) => shown(one, true)),
  ],
})

const scenariosOf = (desk: VendorDesk, now: number) => ({
  vendor: desk.twin.slug,
  name: desk.twin.name,
  subscribers: desk.subscribers(now).length,
  scenarios: desk.webhooks?.scenarios ?? [],
  troubles:
    desk.webhooks === null ? [] : troublesOf(desk.webhooks).map((name) => ({ name, description: troubles[name] })),
})

/** The part of the steering wheel that is about webhooks; null for what is not. */
export function webhookControl(request: LabRequest, lab: WebhookControl): LabAnswer | null {
  const { desks, post, receivers, now } = lab
  const [, , noun = '', name] = request.path.split('/')
  switch (`${request.method} ${noun}${name === undefined ? '' : '/:name'}`) {
    case 'GET scenarios':
      return json(200, { vendors: desks.values().map((desk) => scenariosOf(desk, now)) })
    case 'POST emit':
      return emitFrom(request, lab)
    case 'GET emissions': {
      const vendor = request.query.get('vendor')
      return json(200, {
        emissions: post.log.filter((sent) => vendor === null || sent.vendor === vendor),
        room: post.room,
      })
    }
    case 'GET receivers':
      return json(200, { receivers: receivers.list().map((receiver) => receiver.view()) })
  }
  if (noun === 'receivers') return receiverControl(request, receivers, name ?? '')
  return name === 'subscribers' ? subscriberControl(request, desks.get(noun), now) : null
}

function emitFrom(request: LabRequest, { desks, post, now }: WebhookControl): LabAnswer {
  const form = fromForm(emission, request)
  if ('refused' in form) return form.refused
  const { vendor, ...wanted } = form.value
  const desk = desks.get(vendor)
  if (desk === undefined) return refuse(404, 'NOT_FOUND', `There is no vendor ${vendor} in the lab.`)
  const result = emit(desk, wanted, { post, now })
  if (typeof result !== 'string') return json(202, { vendor, scenario: wanted.scenario, ...result })
  const [status, words] = why[result]
  return refuse(status, result, words(desk.twin.name))
}

function receiverControl(request: LabRequest, receivers: Receivers, name: string): LabAnswer | null {
  const receiver = receivers.get(name)
  if (receiver === null)
    return refuse(400, 'INVALID_INPUT', 'Names have 1 to 60 letters, digits, dots, dashes and underlines.')
  switch (request.method) {
    case 'GET': {
      const limit = Number(request.query.get('limit') ?? '500')
      if (!Number.isInteger(limit) || limit < 1) return refuse(400, 'INVALID_INPUT', 'limit is a whole number from 1.')
      return json(200, receiver.detail({ limit, allIds: request.query.get('ids') === 'all' }))
    }
    case 'PUT': {
      const behaviour = fromForm(receiverBehaviour, request)
      if ('refused' in behaviour) return behaviour.refused
      receiver.become(behaviour.value)
      return json(200, receiver.view())
    }
    case 'DELETE':
      receiver.clear()
      return json(200, receiver.view())
    default:
      return null
  }
}

function subscriberControl(request: LabRequest, desk: VendorDesk | undefined, now: number): LabAnswer | null {
  if (desk === undefined) return null
  switch (request.method) {
    case 'GET':
      return json(200, listed(desk, now))
    case 'DELETE':
      desk.forgetPasted()
      return json(200, listed(desk, now))
    case 'POST': {
      const form = fromForm(pasted, request)
      if ('refused' in form) return form.refused
      const adopted = desk.adopt(form.value.url, form.value.secret, now)
      if (adopted === null) return refuse(...noWebhooks(desk))
      return json(201, { ...shown(adopted.subscriber, true), ...adopted.told })
    }
    default:
      return null
  }
}

const noWebhooks = (desk: VendorDesk) =>
  [409, 'NO_WEBHOOKS', `${desk.twin.name} tells nobody what happens; it is asked.`] as const
