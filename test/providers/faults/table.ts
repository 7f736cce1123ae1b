import type { CallErrorClass } from '@patchbay/schema/errors.ts'
import type { LabAnswer, Twin } from '@patchbay/server/lab/twin.ts'
import type { Fault } from './vendor.ts'

/** One thing that goes wrong, and what the hub must make of it. */
export interface FaultRow {
  readonly name: string
  readonly fault: (twin: Twin) => Fault
  readonly errorClass: CallErrorClass
  /** Another attempt may cure it, so one is made where a repeat is harmless. */
  readonly passing: boolean
  /** A success by its status: an operation that reads nothing else of it may take it. */
  readonly readsAsSuccess?: true
  /** Its body is written as the vendor writes its refusals. */
  readonly spoken?: true
}

const page = '<!doctype html><html><head><title>502</title></head><body><h1>Bad gateway</h1></body></html>'
const html = (status: number): LabAnswer => ({ status, text: page, headers: { 'content-type': 'text/html' } })
const answered = (answer: LabAnswer): Fault => ({ kind: 'answer', answer })

/** The vendor's own form of a refusal, under another status. */
const refused = (status: number, errorClass: CallErrorClass): FaultRow => ({
  name: String(status),
  fault: ({ faults }) => answered({ ...faults.failure(), status }),
  errorClass,
  passing: false,
  spoken: true,
})

export const table: readonly FaultRow[] = [
  refused(401, 'AUTHENTICATION'),
  refused(403, 'PERMISSION'),
  refused(404, 'NOT_FOUND'),
  refused(409, 'CONFLICT'),
  refused(422, 'INVALID_REQUEST'),
  {
    name: '429',
    fault: ({ faults }) => answered(faults.tooMany(2)),
    errorClass: 'RATE_LIMITED',
    passing: true,
    spoken: true,
  },
  {
    name: '500',
    fault: ({ faults }) => answered({ ...faults.failure(), status: 500 }),
    errorClass: 'UNAVAILABLE',
    passing: true,
    spoken: true,
  },
  { name: 'an HTML error page', fault: () => answered(html(502)), errorClass: 'UNAVAILABLE', passing: true },
  {
    name: 'an HTML page with status 200',
    fault: () => answered(html(200)),
    errorClass: 'MALFORMED_ANSWER',
    passing: false,
    readsAsSuccess: true,
  },
  ...[
    ['malformed JSON', '{"id":"'],
    ['JSON of another shape', '{"surprise":true}'],
    ['null', 'null'],
  ].map(([name = '', text = '']): FaultRow => ({
    name,
    fault: () => answered({ status: 200, text, headers: { 'content-type': 'application/json' } }),
    errorClass: 'MALFORMED_ANSWER',
    passing: false,
    readsAsSuccess: true,
  })),
  { name: 'a truncated body', fault: () => ({ kind: 'truncated' }), errorClass: 'NETWORK', passing: true },
]

/** Sentences of a vendor's refusal: texts of more than one word, anywhere in the body. */
export function sentencesOf({ json, text }: LabAnswer): readonly string[] {
  const walk = (value: unknown): readonly string[] => {
    if (typeof value === 'string') return /\S \S/.test(value) ? [value] : []
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(walk) : []
  }
  return json === undefined ? (text === undefined || text.includes('<') ? [] : [text]) : walk(json)
}
