import type { Database } from '@patchbay/prisma/database.ts'
import { instantOf } from '@patchbay/prisma/instant-of.ts'
import { NotFoundError } from '@patchbay/schema/errors.ts'
import type { Verification, WebhookRequest } from '../../providers/webhook.ts'
import { lacksProof } from './keep.ts'
import { prove, verifyFacts, type ProverOptions } from './prove.ts'
import type { SourceReader } from './read-source.ts'

export interface AgainOptions extends ProverOptions {
  readonly database: Pick<Database, 'tenant'>
  readonly reader: SourceReader
  readonly publicUrl: string
}

/** Verifies a stored request with the secrets that hold now. That time has passed since is not held against it. */
export async function verifyAgain(
  options: AgainOptions,
  { organizationId, id }: { readonly organizationId: string; readonly id: string },
): Promise<Verification> {
  const { reader, onFault } = options
  const event = await options.database
    .tenant(organizationId)
    .prisma.inboundEvent.findUnique({ where: { at_id: { at: instantOf(id), id } } })
  if (event === null) throw new NotFoundError('inbound event', id)
  const row = await reader.byId(organizationId, event.sourceId)
  const source = row === null ? null : ((await reader.open(row, new Map()))?.source ?? null)
  if (row === null || source === null)
    return { verdict: 'NO_SECRET', detail: 'Its source was removed, and the secrets with it.' }
  const headers = event.head as Readonly<Record<string, string>>
  if (lacksProof({ head: headers, query: event.query }, source.spec)) return { verdict: 'NOT_KEPT' }

  // Some vendors sign the address, and it came under one of those that held then.
  let last: Verification = { verdict: 'NO_SECRET', detail: 'The address it came to is no longer in use.' }
  for (const token of await reader.tokens(row)) {
    const asked: WebhookRequest = {
      method: event.method,
      url: `${options.publicUrl}/hooks/${token}${event.query}`,
      query: new URLSearchParams(event.query),
      headers,
      body: event.body,
    }
    last = await prove(source, asked, verifyFacts(source, options, null), onFault)
    if (last.verdict === 'VERIFIED') return last
  }
  return last
}
