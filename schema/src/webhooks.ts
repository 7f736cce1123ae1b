import { builder } from './builder.ts'
import { countedAtMost } from './load/endpoints.ts'
import { reachOf, type Reach } from './load/reach.ts'
import { countDead, countInbox, countQuarantine, countUnwell, countWaiting } from './load/webhook-counts.ts'
import { receivedOfDay } from './load/webhook-figures.ts'
import { holds, type Scope } from './scopes.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const upTo = `Counted up to ${countedAtMost}.`

const Overview = builder.objectRef<Reach>('WebhookOverview').implement({
  description: 'What waits for a person or for its turn, both ways.',
  fields: (t) => {
    const count = (scope: Scope, description: string, read: (reach: Reach) => Promise<number>) =>
      t.int({
        nullable: true,
        description: `${description} ${upTo} Null without \`${scope}\`.`,
        complexity: 3,
        resolve: (reach, _args, ctx) => (holds(ctx.viewer, scope) ? read(reach) : null),
      })
    return {
      inbox: count('inbound:read', 'Verified inbound events that need a person.', countInbox),
      quarantine: count('inbound:read', 'Inbound events that could not be verified.', countQuarantine),
      receivedOfDay: t.int({
        nullable: true,
        description: 'Requests that came in at all sources in the last 24 hours. Null without `source:read`.',
        complexity: 3,
        resolve: (reach, _args, ctx) => (holds(ctx.viewer, 'source:read') ? receivedOfDay(reach) : null),
      }),
      deadLetters: count('endpoint:read', 'Deliveries that were given up.', countDead),
      waiting: count('endpoint:read', 'Deliveries still to be sent.', countWaiting),
      endpointsUnwell: count('endpoint:read', 'Endpoints whose breaker is not closed.', countUnwell),
    }
  },
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryField('webhooks', (t) =>
  t.field({
    type: Overview,
    nullable: true,
    description: 'Webhooks of the organization at a glance.',
    authScopes: { signedIn: true },
    resolve: (_root, _args, ctx) => reachOf(ctx),
  }),
)
