import { builder } from './builder.ts'
import { CallErrorClassEnum } from './enums.ts'
import {
  ConflictError,
  ForbiddenError,
  IdempotencyConflictError,
  InvalidInputError,
  NotFoundError,
  ProviderCallError,
  RateLimitedError,
  UnauthenticatedError,
  type FieldFault,
} from './errors.ts'
import { globalId } from './node.ts'

builder.interfaceType('Error', {
  description: 'An expected failure. `code` is stable and may be branched on; `message` is for people.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'What happened and what to do, in words.' }),
    code: t.exposeString('code', { description: 'Stable code, the same for every failure of this kind.' }),
  }),
})

const FieldFaultType = builder.objectRef<FieldFault>('FieldFault').implement({
  description: 'One field of an input and what is wrong with it.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'The field as it was sent, dots between levels.' }),
    message: t.exposeString('message', { description: 'What is wrong, in words.' }),
  }),
})

builder.objectType(UnauthenticatedError, {
  name: 'UnauthenticatedError',
  description: 'Nobody is signed in, or the proof of it was refused.',
  interfaces: ['Error'],
})

builder.objectType(ForbiddenError, {
  name: 'ForbiddenError',
  description: 'The viewer is known and may not do this.',
  interfaces: ['Error'],
  fields: (t) => ({ needed: t.exposeString('needed', { description: 'The permission that is missing.' }) }),
})

builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description: 'No such thing in this organization.',
  interfaces: ['Error'],
  fields: (t) => ({ noun: t.exposeString('noun', { description: 'What was looked for, for example `connection`.' }) }),
})

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  description: 'The input is not acceptable. Every fault is listed.',
  interfaces: ['Error'],
  fields: (t) => ({
    faults: t.field({
      type: [FieldFaultType],
      description: 'What is wrong, field by field.',
      resolve: (error) => [...error.faults],
    }),
  }),
})

builder.objectType(ConflictError, {
  name: 'ConflictError',
  description: 'The thing changed meanwhile, or its state does not allow this. Read it again and decide anew.',
  interfaces: ['Error'],
})

builder.objectType(IdempotencyConflictError, {
  name: 'IdempotencyConflictError',
  description: 'The idempotency key was used before with other input.',
  interfaces: ['Error'],
  fields: (t) => ({ key: t.exposeString('key', { description: 'The key in question.' }) }),
})

builder.objectType(RateLimitedError, {
  name: 'RateLimitedError',
  description: 'Too many requests.',
  interfaces: ['Error'],
  fields: (t) => ({
    retryAfterSeconds: t.exposeInt('retryAfterSeconds', { description: 'Seconds to wait before trying again.' }),
  }),
})

builder.objectType(ProviderCallError, {
  name: 'ProviderCallError',
  description: 'The provider was asked and it failed.',
  interfaces: ['Error'],
  fields: (t) => ({
    errorClass: t.expose('errorClass', { type: CallErrorClassEnum, description: 'Kind of failure.' }),
    advice: t.exposeString('advice', { description: 'What to do next, in plain words.' }),
    status: t.exposeInt('status', { nullable: true, description: 'HTTP status of the answer; null when none came.' }),
    vendorCode: t.exposeString('vendorCode', {
      nullable: true,
      description: 'The vendor’s own error code, where it sends one.',
    }),
    retryAfterSeconds: t.int({
      nullable: true,
      description: 'Seconds to wait before another try can help; null when nobody knows.',
      resolve: ({ retryAfterMs }) => (retryAfterMs === null ? null : Math.ceil(retryAfterMs / 1000)),
    }),
    callId: t.id({
      nullable: true,
      description: 'Global id of the failed call in the log; null when nothing was logged.',
      resolve: ({ callId }) => (callId === null ? null : globalId('Call', callId)),
    }),
  }),
})

/** Failures any change may meet: not signed in, not allowed, no such thing, bad input. */
const common = [UnauthenticatedError, ForbiddenError, NotFoundError, InvalidInputError] as const
/** Those of a change that may be repeated with an idempotency key. */
export const repeatable = [...common, ConflictError, IdempotencyConflictError, RateLimitedError] as const
/** Those of a change that may cross another's. */
export const contended = [...common, ConflictError, RateLimitedError] as const
/** Those of a change that calls the provider. */
export const calling = [...repeatable, ProviderCallError] as const

type ErrorClass = (typeof calling)[number]

/** Options of a mutation's typed result: `<Mutation>Result` is `<Mutation>Success` with one field, or one of the errors. */
export const outcome = <const Field extends string>(
  types: readonly ErrorClass[],
  name: Field,
  description: string,
) => ({
  types: [...types],
  union: { description: 'A success or a typed error.' },
  result: { description: 'It is done.' },
  dataField: { name, description, complexity: 0 },
})

/** The same for a success type with several fields, named by the mutation's own `type`. */
export const direct = (types: readonly ErrorClass[]) => ({
  types: [...types],
  directResult: true,
  union: { description: 'A success or a typed error.' },
})

/** Description of every mutation's idempotency key. */
export const keyNote =
  'Any text of up to 200 characters that you choose. Repeating the mutation with the same key and input answers as the first time and does nothing twice.'
