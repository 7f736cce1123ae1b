import type { InboundEvent } from '@patchbay/prisma/generated/client.ts'
import type { Tx } from '@patchbay/prisma/database.ts'
import type { InboundEventCommands } from '@patchbay/schema/commands/inbound-event.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { identify, type Identified } from '../engine/inbound/identify.ts'
import { verdictWords } from '../engine/inbound/prove.ts'
import type { Verification } from '../providers/webhook.ts'
import type { Collaborators } from './collaborators.ts'
import { changeInbound, checkMove, findInbound, lockInbound } from './inbound-row.ts'
import { claim, digest, fulfil } from './once.ts'
import { webhooksOf } from './source-row.ts'
import { transact } from './transact.ts'

/** Verifies a quarantined event with the secrets that hold now. */
export function createVerifyAgain(hub: Collaborators): InboundEventCommands['verify'] {
  const { database, audit, now } = hub

  /** Takes the key under which the genuine event is stored once; false when somebody has it. */
  async function takeKey(tx: Tx, event: InboundEvent, { digest: key }: Identified): Promise<boolean> {
    const { organizationId, sourceId, id, at } = event
    const row = { organizationId, sourceId, digest: Uint8Array.from(key), inboundEventId: id, at }
    return (await tx.inboundKey.createMany({ data: [row], skipDuplicates: true })).count > 0
  }

  async function prove(tx: Tx, actor: Actor, event: InboundEvent, identity: Identified): Promise<void> {
    if (!(await takeKey(tx, event, identity))) {
      const verdictText =
        'It is proven now, but the vendor sent the same event again meanwhile and that one was taken: there is nothing left to route.'
      await changeInbound(hub, tx, event, { verdictText })
      return note(tx, actor, event, { verdict: event.verdict, duplicate: true })
    }
    const verdict: Verification = { verdict: 'VERIFIED' }
    await changeInbound(hub, tx, event, {
      state: 'RECEIVED',
      verdict: verdict.verdict,
      verdictText: verdictWords(verdict),
      vendorEventId: identity.id,
      vendorType: identity.type,
      occurredAt: identity.occurredAt,
      attempts: 0,
      nextAttemptAt: now(),
    })
    await note(tx, actor, event, { verdict: 'VERIFIED' })
  }

  const note = (tx: Tx, actor: Actor, event: InboundEvent, after: unknown) =>
    audit.append(tx, actor, {
      action: 'inboundEvent.verified',
      subjectType: 'InboundEvent',
      subjectId: event.id,
      before: { verdict: event.verdict },
      after,
    })

  return async (actor, { id: given, idempotencyKey }) => {
    const { organizationId } = actor
    const request = {
      operation: 'inboundEvent.verify',
      key: idempotencyKey,
      hash: digest(hub.requestKey, { id: given }),
    }
    const claimed = await transact(database, actor, (tx) =>
      claim(tx, actor, request, async () => (await findInbound(tx, actor, given)).id),
    )
    if (claimed.repeated) return { id: claimed.id }
    const { prisma } = database.tenant(organizationId)
    const found = await findInbound(prisma, actor, given)
    checkMove(found, 'RECEIVED', ['QUARANTINED'])
    // Outside of the transaction: keys may be fetched from the vendor.
    const verification = await hub.inbound.verifyAgain({ organizationId, id: found.id })
    const parts = { headers: found.head as Readonly<Record<string, string>>, search: found.query, body: found.body }
    const identity = verification.verdict === 'VERIFIED' ? identify(webhooksOf(hub, found).spec, parts, () => {}) : null
    await transact(database, actor, async (tx) => {
      const event = await lockInbound(tx, actor, found.id)
      checkMove(event, 'RECEIVED', ['QUARANTINED'])
      await fulfil(tx, actor, request, event.id)
      if (identity !== null) return prove(tx, actor, event, identity)
      const { verdict } = verification
      await changeInbound(hub, tx, event, { verdict, verdictText: verdictWords(verification) })
      await note(tx, actor, event, { verdict })
    })
    return { id: found.id }
  }
}
