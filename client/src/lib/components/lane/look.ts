import CircleCheck from '@lucide/svelte/icons/circle-check'
import CircleX from '@lucide/svelte/icons/circle-x'
import Hourglass from '@lucide/svelte/icons/hourglass'
import type { Look } from '#lib/components/ui/health-look.ts'
import type { BreakerState } from '#lib/graphql/generated/graphql.ts'

/** Which colour and sign a breaker has. */
export const breakerLook: Readonly<Record<BreakerState, Omit<Look, 'fill'>>> = {
  CLOSED: { tone: 'ok', icon: CircleCheck },
  OPEN: { tone: 'bad', icon: CircleX },
  HALF_OPEN: { tone: 'warn', icon: Hourglass },
}
