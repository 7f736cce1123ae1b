import { addNewest } from '../bounded.ts'
import type { LabCredentials } from '../credentials.ts'
import type { ParcelState } from '../parcel.ts'
import { freshParcels, keepParcel, knownNumbers, stepsOf } from '../parcel.ts'
import { shop } from '../shop.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { defineTwin, json } from '../twin.ts'
import type { ShipstationWebhookState } from './shipstation/webhooks.ts'
import { failure, newsOf, shipstationWebhookRoutes, shipstationWebhooks } from './shipstation/webhooks.ts'

const good = { apiKey: 'TEST_labNoorAtelierGoodShipStationKey000000000001' }
const restricted = { apiKey: 'TEST_labNoorAtelierFewShipStationKey0000000000002' }
const credentials = { good, restricted, missing: 'Labels' } satisfies LabCredentials

function guard(request: LabRequest, needs: string | null): LabAnswer | null {
  const key = request.headers['api-key']
  if (key !== good.apiKey && key !== restricted.apiKey)
    return failure(401, 'unauthorized', 'The provided API key is not valid.')
  return key === restricted.apiKey && needs === 'Labels'
    ? failure(403, 'forbidden', 'The plan of this account does not include labels.')
    : null
}

interface Label {
  readonly label_id: string
  status: string
  readonly shipment_id: string
  readonly tracking_number: string
  readonly external_shipment_id: string | null
  readonly service_code: string
  readonly carrier_id: string
  readonly carrier_code: string
  readonly shipment_cost: { readonly currency: string; readonly amount: number }
  voided: boolean
  readonly created_at: string
}

interface State extends ParcelState, ShipstationWebhookState {
  labels: Label[]
}

const known = knownNumbers('shipstation', 12)
const carriers = [
  {
    carrier_id: 'se-100001',
    carrier_code: 'aramex',
    friendly_name: 'Aramex',
    services: [
      {
        code: 'aramex_priority_express',
        name: 'Aramex Priority Express',
        type: 'priority',
        first: 27.9,
        step: 4.1,
        days: 2,
      },
      { code: 'aramex_deferred', name: 'Aramex Deferred', type: 'deferred', first: 21.35, step: 3.2, days: 6 },
    ],
  },
  {
    carrier_id: 'se-100002',
    carrier_code: 'dhl_express',
    friendly_name: 'DHL Express',
    services: [
      {
        code: 'dhl_express_worldwide',
        name: 'DHL Express Worldwide',
        type: 'express',
        first: 38.6,
        step: 5.9,
        days: 2,
      },
    ],
  },
]
const account = { account_number: 'lab', requires_funded_amount: false, balance: 0, nickname: shop.name, primary: true }

const shownLabel = (label: Label) => ({
  ...label,
  ship_date: `${label.created_at.slice(0, 10)}T00:00:00Z`,
  insurance_cost: { currency: 'usd', amount: 0 },
  is_return_label: false,
  is_international: true,
  tracking_url: `https://tracking.example/${label.tracking_number}`,
  trackable: true,
  tracking_status: 'in_transit',
  label_format: 'pdf',
  label_layout: '4x6',
  label_download: {
    href: `https://api.shipstation.com/v2/downloads/10/lab/${label.label_id}.pdf`,
    pdf: `https://api.shipstation.com/v2/downloads/10/lab/${label.label_id}.pdf`,
    png: `https://api.shipstation.com/v2/downloads/10/lab/${label.label_id}.png`,
    zpl: `https://api.shipstation.com/v2/downloads/10/lab/${label.label_id}.zpl`,
  },
})

/** The labels of the first day belong to the parcels the twin knows. */
const firstLabels = (now: number): Label[] =>
  known.map((tracking_number, index) => ({
    label_id: `se-20000${index + 10}`,
    status: 'completed',
    shipment_id: `se-30000${index + 10}`,
    tracking_number,
    external_shipment_id: null,
    service_code: 'aramex_priority_express',
    carrier_id: 'se-100001',
    carrier_code: 'aramex',
    shipment_cost: { currency: 'usd', amount: 27.9 },
    voided: false,
    created_at: new Date(now - (index + 1) * 86_400_000).toISOString(),
  }))

interface Address {
  readonly name?: unknown
  readonly phone?: unknown
  readonly address_line1?: unknown
  readonly city_locality?: unknown
  readonly country_code?: unknown
}
interface Package {
  readonly weight?: { readonly value?: unknown; readonly unit?: unknown }
  readonly products?: readonly unknown[]
}
interface Shipment {
  readonly carrier_id?: unknown
  readonly service_code?: unknown
  readonly external_shipment_id?: unknown
  readonly ship_from?: Address
  readonly ship_to?: Address
  readonly packages?: readonly Package[]
  readonly customs?: { readonly contents?: unknown; readonly non_delivery?: unknown }
}

const bad = (message: string) => failure(400, 'field_value_required', message)

function shipmentFault(shipment: Shipment | undefined): LabAnswer | null {
  for (const side of ['ship_from', 'ship_to'] as const) {
    const address = shipment?.[side]
    for (const field of ['name', 'phone', 'address_line1', 'city_locality'] as const)
      if (!address?.[field]) return bad(`${field} of ${side} is required.`)
    if (!/^[A-Z]{2}$/.test(String(address?.country_code))) return bad(`country_code of ${side} is required.`)
  }
  for (const { weight } of shipment?.packages ?? [])
    if (!(Number(weight?.value) > 0) || weight?.unit !== 'gram') return bad('A weight in gram is required.')
  return (shipment?.packages?.length ?? 0) > 0 ? null : bad('packages is required.')
}

const grams = ({ packages = [] }: Shipment) => packages.reduce((sum, { weight }) => sum + Number(weight?.value), 0)
const usd = (amount: number) => ({ currency: 'usd', amount: Number(amount.toFixed(2)) })
const priceOf = ({ first, step }: { readonly first: number; readonly step: number }, shipment: Shipment) =>
  first + (Math.ceil(grams(shipment) / 500) - 1) * step

function rates(request: LabRequest, { now, id }: Bench<State>): LabAnswer {
  const { shipment, rate_options } = (request.json ?? {}) as {
    readonly shipment?: Shipment
    readonly rate_options?: { readonly carrier_ids?: readonly unknown[] }
  }
  const fault = shipmentFault(shipment)
  if (fault !== null || shipment === undefined) return fault ?? bad('shipment is required.')
  const asked = carriers.filter(({ carrier_id }) => rate_options?.carrier_ids?.includes(carrier_id) === true)
  if (asked.length === 0) return bad('rate_options.carrier_ids is required.')
  return json(200, {
    shipment_id: id('se-', 9, '123456789'),
    rate_response: {
      rates: asked.flatMap((carrier) =>
        carrier.services.map((service) => ({
          rate_id: id('se-', 9, '123456789'),
          rate_type: 'shipment',
          carrier_id: carrier.carrier_id,
          shipping_amount: usd(priceOf(service, shipment)),
          insurance_amount: usd(0),
          confirmation_amount: usd(0),
          other_amount: usd(1.05),
          zone: 5,
          package_type: 'package',
          delivery_days: service.days,
          estimated_delivery_date: new Date(now + service.days * 86_400_000).toISOString(),
          guaranteed_service: false,
          negotiated_rate: false,
          service_type: service.name.replace(`${carrier.friendly_name} `, ''),
          service_code: service.code,
          trackable: true,
          carrier_code: carrier.carrier_code,
          carrier_nickname: shop.name,
          carrier_friendly_name: carrier.friendly_name,
          validation_status: 'valid',
          warning_messages: [],
          error_messages: [],
        })),
      ),
      invalid_rates: [],
      rate_request_id: id('se-', 9, '123456789'),
      status: 'completed',
      errors: [],
    },
  })
}

function buy(request: LabRequest, { state, now, id }: Bench<State>): LabAnswer {
  const { shipment, label_format } = (request.json ?? {}) as {
    readonly shipment?: Shipment
    readonly label_format?: unknown
  }
  const fault = shipmentFault(shipment)
  if (fault !== null || shipment === undefined) return fault ?? bad('shipment is required.')
  const carrier = carriers.find(({ carrier_id }) => carrier_id === shipment.carrier_id)
  const service = carrier?.services.find(({ code }) => code === shipment.service_code)
  if (carrier === undefined || service === undefined)
    return failure(400, 'invalid_field_value', 'The service is not one of the carrier.')
  if (label_format !== 'pdf') return bad('label_format is required.')
  const external = typeof shipment.external_shipment_id === 'string' ? shipment.external_shipment_id : null
  if (external !== null && (external.length > 50 || state.labels.some((one) => one.external_shipment_id === external)))
    return failure(409, 'identifier_conflict', 'external_shipment_id is in use.')
  const abroad = shipment.ship_from?.country_code !== shipment.ship_to?.country_code
  if (abroad && (!shipment.customs?.contents || (shipment.packages?.[0]?.products?.length ?? 0) === 0))
    return bad('customs and products are required across a border.')
  const tracking_number = id('', 12, '123456789')
  keepParcel(state, tracking_number, now)
  const label: Label = {
    label_id: id('se-', 9, '123456789'),
    status: 'completed',
    shipment_id: id('se-', 9, '123456789'),
    tracking_number,
    external_shipment_id: external,
    service_code: service.code,
    carrier_id: carrier.carrier_id,
    carrier_code: carrier.carrier_code,
    shipment_cost: usd(priceOf(service, shipment)),
    voided: false,
    created_at: new Date(now).toISOString(),
  }
  addNewest(state.labels, label, known.length)
  return json(200, { ...shownLabel(label), tracking_status: 'unknown' })
}

const withLabel =
  (handle: (label: Label, state: State) => LabAnswer) =>
  (request: LabRequest, { state }: Bench<State>): LabAnswer => {
    const label = state.labels.find(({ label_id }) => label_id === request.params['id'])
    return label === undefined ? failure(404, 'invalid_identifier', 'There is no such label.') : handle(label, state)
  }

function voidLabel(label: Label, state: State): LabAnswer {
  const parcel = state.made.find(({ number }) => number === label.tracking_number)
  if (parcel === undefined)
    return json(200, {
      approved: false,
      message: 'The label was used already.',
      reason_code: 'label_already_used',
    })
  label.voided = true
  label.status = 'voided'
  parcel.cancelled = true
  return json(200, { approved: true, message: 'This label has been voided.' })
}

/** ShipStation, simulated. */
export const shipstation = defineTwin<State>({
  slug: 'shipstation',
  name: 'ShipStation',
  hosts: ['api', 'keys'],
  credentials,
  create: (now) => ({ ...freshParcels(now), labels: firstLabels(now), webhooks: [], key: null }),
  guard,
  webhooks: shipstationWebhooks,
  faults: {
    unavailable: () => failure(503, 'unspecified', 'The service is unavailable.'),
    failure: () => failure(500, 'unspecified', 'An unexpected error occurred.'),
    tooMany: (seconds) =>
      failure(429, 'rate_limit_exceeded', 'You have been rate limited.', { 'retry-after': String(seconds) }),
    unknown: () => failure(404, 'invalid_identifier', 'There is nothing at this address.'),
  },
  routes: [
    ...shipstationWebhookRoutes,
    {
      method: 'GET',
      path: '/v2/carriers',
      handle: () =>
        json(200, {
          carriers: carriers.map(({ services, ...carrier }) => ({
            ...carrier,
            ...account,
            disabled_by_billing_plan: false,
            services: services.map(({ code, name }) => ({
              carrier_id: carrier.carrier_id,
              carrier_code: carrier.carrier_code,
              service_code: code,
              name,
              domestic: true,
              international: true,
              is_multi_package_supported: true,
            })),
            packages: [],
            options: [],
          })),
          request_id: 'aa3d8e8e-462b-4476-9618-72db7f7b7009',
          errors: [],
        }),
    },
    { method: 'POST', path: '/v2/rates', handle: rates },
    {
      method: 'GET',
      path: '/v2/labels',
      needs: 'Labels',
      handle: ({ query }, { state }) => {
        const size = Number(query.get('page_size') ?? '25')
        const wanted = (name: string, value: string) => query.get(name) === null || query.get(name) === value
        const page = Number(query.get('page') ?? '1')
        const since = Date.parse(query.get('created_at_start') ?? '1970-01-01T00:00:00Z')
        if (!(page >= 1 && size >= 1 && size <= 500) || Number.isNaN(since))
          return failure(400, 'invalid_field_value', 'The page, its size or a date is not valid.')
        const found = state.labels.filter(
          (one) =>
            wanted('tracking_number', one.tracking_number) &&
            wanted('shipment_id', one.shipment_id) &&
            Date.parse(one.created_at) >= since,
        )
        const pages = Math.ceil(found.length / size)
        const link = (to: number) =>
          to >= 1 && to <= pages ? { href: `https://api.shipstation.com/v2/labels?page=${to}&page_size=${size}` } : {}
        return json(200, {
          labels: found.slice((page - 1) * size, page * size).map(shownLabel),
          total: found.length,
          page,
          pages,
          links: { first: link(1), last: link(pages), prev: link(page - 1), next: link(page + 1) },
        })
      },
    },
    { method: 'POST', path: '/v2/labels', needs: 'Labels', handle: buy },
    { method: 'PUT', path: '/v2/labels/:id/void', needs: 'Labels', handle: withLabel(voidLabel) },
    {
      method: 'GET',
      path: '/v2/labels/:id/track',
      needs: 'Labels',
      handle: withLabel((label, state) => {
        const steps = stepsOf('shipstation', known, label.tracking_number, state) ?? []
        return json(200, newsOf(label.tracking_number, label.carrier_code, steps))
      }),
    },
    {
      method: 'GET',
      path: '/v2/shipments/external_shipment_id/:external',
      needs: 'Labels',
      handle: (request, { state }) => {
        const label = state.labels.find((one) => one.external_shipment_id === request.params['external'])
        return label === undefined
          ? failure(404, 'invalid_identifier', 'There is no such shipment.')
          : json(200, { shipment_id: label.shipment_id, external_shipment_id: label.external_shipment_id })
      },
    },
  ],
})

/** A parcel that was delivered, for tests and the demo. */
export const labDelivered = known[4] ?? ''
