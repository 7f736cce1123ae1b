import { createHash } from 'node:crypto'
import { decode, judge, malformed, missing, type VerifyAtOnce } from './proof.ts'

export interface FieldListOptions {
  /** Field of the form that holds the hash. */
  readonly check: string
  /** Fields that are hashed, in order; one that is not there counts as empty. */
  readonly fields: readonly string[]
  /** Those of them that are left out, and not empty, when they are not there. */
  readonly leftOut?: readonly string[]
}

/** SHA-1 in hex over `secret:field:field…` of a form, values trimmed (Telr). Fields outside the list are not proven. */
export function fieldList({ check, fields, leftOut = [] }: FieldListOptions): VerifyAtOnce {
  return (request, facts) => {
    const form = new URLSearchParams(Buffer.from(request.body).toString())
    const value = form.get(check)
    if (value === null || value === '') return missing(`The field ${check} is not there.`)
    // Somebody could otherwise have one of two equal fields hashed and the other one read.
    if ([check, ...fields].some((name) => form.getAll(name).length > 1))
      return malformed('A hashed field is there twice.')
    const shown = decode(value, 'hex', 20)
    if (shown === null) return malformed(`The field ${check} is not 40 hex digits.`)
    const values = fields
      .filter((name) => form.has(name) || !leftOut.includes(name))
      .map((name) => (form.get(name) ?? '').trim())
    const expected = (secret: string) => [
      createHash('sha1')
        .update([secret, ...values].join(':'))
        .digest(),
    ]
    return judge({ shown: [shown], expected }, facts)
  }
}

/** Telr's own list for transactions; its card_check and bill_check cover what decides nothing. */
export const telrTransaction: FieldListOptions = {
  check: 'tran_check',
  fields: [
    'tran_store',
    'tran_type',
    'tran_class',
    'tran_test',
    'tran_ref',
    'tran_prevref',
    'tran_firstref',
    'tran_order',
    'tran_currency',
    'tran_amount',
    'tran_cartid',
    'tran_desc',
    'tran_status',
    'tran_authcode',
    'tran_authmessage',
  ],
  leftOut: ['tran_order'],
}
