import type { Envelope } from '@patchbay/schema/event-types/form.ts'
import type { Payload, Payloads, PayloadSource, QueryRunner } from './contract.ts'
import { createMapper, mostBytes } from './mapper.ts'

export interface PayloadsOptions {
  readonly queries: QueryRunner
  /** The event's id as the GraphQL API writes it. */
  readonly globalEventId: (id: string) => string
}

/** Characters of a document or an expression. */
export const longestText = 20_000

/** Makes the bodies of deliveries. Nothing is started before the first mapping asks for it. */
export function createPayloads({ queries, globalEventId }: PayloadsOptions): Payloads {
  const mapper = createMapper()

  async function query({ organizationId, envelope, payloadText }: PayloadSource): Promise<Payload> {
    const { id, type, timestamp } = JSON.parse(envelope) as Envelope
    const variables = { id: globalEventId(id), uuid: id, type }
    const { data, errors } = await queries.run(organizationId, payloadText ?? '', variables)
    if (errors.length > 0) return { outcome: 'FAULT', message: `The GraphQL document failed: ${errors.join(' ')}` }
    const body = JSON.stringify({ type, timestamp, id, data })
    const bytes = Buffer.byteLength(body)
    if (bytes <= mostBytes) return { outcome: 'MADE', body }
    return { outcome: 'FAULT', message: `The answer has ${bytes} bytes; at most ${mostBytes} are sent.` }
  }

  async function transform({ organizationId, envelope, payloadText }: PayloadSource): Promise<Payload> {
    const answer = await mapper.evaluate({ expression: payloadText ?? '', json: envelope, turn: organizationId })
    if ('fault' in answer) return { outcome: 'FAULT', message: `The mapping failed: ${answer.fault}` }
    return answer.json === null ? { outcome: 'NOTHING' } : { outcome: 'MADE', body: answer.json }
  }

  return {
    async check(payload, text) {
      if (payload === 'ENVELOPE')
        return (text ?? '') === '' ? null : 'The whole envelope needs no text. Leave it empty.'
      if (text === null || text.trim() === '')
        return payload === 'GRAPHQL' ? 'Write a GraphQL document.' : 'Write a JSONata expression.'
      if (text.length > longestText) return `Use at most ${longestText} characters, not ${text.length}.`
      if (payload === 'JSONATA') return mapper.check(text)
      const faults = queries.check(text)
      return faults.length === 0 ? null : faults.join(' ')
    },

    async make(source) {
      switch (source.payload) {
        case 'ENVELOPE':
          return { outcome: 'MADE', body: source.envelope }
        case 'GRAPHQL':
          return query(source)
        case 'JSONATA':
          return transform(source)
      }
    },

    async map(expression, value) {
      const answer = await mapper.evaluate({ expression, json: JSON.stringify(value) ?? 'null', turn: expression })
      return 'fault' in answer ? answer : { value: answer.json === null ? null : (JSON.parse(answer.json) as unknown) }
    },

    close: () => mapper.close(),
  }
}
