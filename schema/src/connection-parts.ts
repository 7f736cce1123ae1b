import type { GrantModel } from '@patchbay/prisma/generated/models.ts'
import { builder } from './builder.ts'
import type { TestReport, TestStep } from './commands/connection.ts'
import { CallErrorClassEnum } from './enums.ts'
import type { CallErrorClass } from './errors.ts'
import type { CredentialHint } from './loaders.ts'

// What a connection is made of: types that appear nowhere else.

/** A plain value of the connection form. */
export const FieldValue = builder.objectRef<{ readonly name: string; readonly value: string }>('FieldValue').implement({
  description: 'A plain (not secret) value of a connection form.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Field of the provider’s form.' }),
    value: t.exposeString('value', { description: 'Its value.' }),
  }),
})

export const CredentialHintType = builder.objectRef<CredentialHint>('CredentialHint').implement({
  description: 'All that may be known of a stored secret.',
  fields: (t) => ({
    field: t.exposeString('field', { description: 'Field of the provider’s form.' }),
    hint: t.exposeString('hint', { description: 'Masked, for example `sk_test_…4242`.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was set.' }),
    dueAt: t.expose('dueAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it should be replaced; null when no date is set.',
    }),
  }),
})

const GrantStateEnum = builder.enumType('GrantState', {
  description: 'Whether an OAuth grant still works.',
  values: {
    VALID: { description: 'It works, or will after a refresh.' },
    RECONNECT: { description: 'The vendor ended it: somebody has to connect again.' },
  },
})

export const GrantType = builder.objectRef<GrantModel>('Grant').implement({
  description: 'What may be known of an OAuth grant without opening it.',
  fields: (t) => ({
    state: t.expose('state', { type: GrantStateEnum, description: 'Whether it still works.' }),
    scopes: t.exposeStringList('scopes', { description: 'What the vendor granted.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the current access token ends; it is refreshed before.',
    }),
    refreshedAt: t.expose('refreshedAt', { type: 'DateTime', description: 'When it was last refreshed or granted.' }),
    failure: t.exposeString('failure', {
      nullable: true,
      description: 'Why the last refresh failed; null when it did not.',
    }),
  }),
})

const TestStepType = builder.objectRef<TestStep>('TestStep').implement({
  description: 'One step of a connection test: what was sent, what came back, and what to do about it.',
  fields: (t) => ({
    suite: t.exposeString('suite', { description: 'Suite it belongs to: connection, permissions, webhook or sample.' }),
    name: t.exposeString('name', { description: 'What it checks.' }),
    ok: t.exposeBoolean('ok', { description: 'It passed.' }),
    latencyMs: t.exposeInt('latencyMs', { description: 'How long it took.' }),
    sent: t.exposeString('sent', { description: 'Request, secrets removed.' }),
    received: t.exposeString('received', { description: 'Answer, secrets removed and shortened.' }),
    errorClass: t.field({
      type: CallErrorClassEnum,
      nullable: true,
      description: 'Kind of failure; null when it passed.',
      resolve: (step) => step.errorClass as CallErrorClass | null,
    }),
    advice: t.exposeString('advice', {
      nullable: true,
      description: 'What to do, in plain words; null when it passed.',
    }),
    field: t.exposeString('field', { nullable: true, description: 'Form field to look at first; null when unknown.' }),
  }),
})

export const TestReportType = builder.objectRef<TestReport>('TestReport').implement({
  description: 'What the last test of a connection found.',
  fields: (t) => ({
    ok: t.exposeBoolean('ok', { description: 'Every step passed.' }),
    at: t.field({ type: 'DateTime', description: 'When it ran.', resolve: (report) => new Date(report.at) }),
    latencyMs: t.exposeInt('latencyMs', { description: 'How long it took altogether.' }),
    steps: t.field({ type: [TestStepType], description: 'Steps in order.', resolve: (report) => [...report.steps] }),
    grantedScopes: t.field({
      type: ['String'],
      nullable: true,
      description: 'Scopes the credentials have; null where the vendor does not tell.',
      resolve: (report) => (report.grantedScopes === null ? null : [...report.grantedScopes]),
    }),
  }),
})
