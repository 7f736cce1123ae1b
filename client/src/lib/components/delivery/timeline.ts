import type { DeliveryDetailQuery } from '#lib/graphql/generated/graphql.ts'

export type Detail = NonNullable<DeliveryDetailQuery['delivery']>
export type AttemptOf = Detail['attempts'][number]

/** One point on the way of a delivery. */
export type Point =
  | { readonly kind: 'recorded'; readonly at: string }
  | { readonly kind: 'queued'; readonly at: string }
  | { readonly kind: 'round'; readonly at: string; readonly round: number }
  | { readonly kind: 'attempt'; readonly at: string; readonly attempt: AttemptOf }
  | { readonly kind: 'next'; readonly at: string }

/** Points from the event to what comes next, oldest first. */
export function pointsOf(delivery: Detail): Point[] {
  const points: Point[] = [
    { kind: 'recorded', at: delivery.event?.at ?? delivery.at },
    ...(delivery.round === 1 ? [{ kind: 'queued', at: delivery.roundAt } as const] : []),
  ]
  let round = 1
  for (const attempt of delivery.attempts) {
    if (attempt.round !== round) {
      round = attempt.round
      points.push({ kind: 'round', at: round === delivery.round ? delivery.roundAt : attempt.at, round })
    }
    points.push({ kind: 'attempt', at: attempt.at, attempt })
  }
  if (delivery.round !== round) points.push({ kind: 'round', at: delivery.roundAt, round: delivery.round })
  const planned = delivery.state === 'QUEUED' || delivery.state === 'WAITING'
  if (planned && delivery.nextAttemptAt) points.push({ kind: 'next', at: delivery.nextAttemptAt })
  return points
}
