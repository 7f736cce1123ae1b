import CircleCheck from '@lucide/svelte/icons/circle-check'
import CircleX from '@lucide/svelte/icons/circle-x'
import ClipboardPaste from '@lucide/svelte/icons/clipboard-paste'
import Clock from '@lucide/svelte/icons/clock'
import TimerOff from '@lucide/svelte/icons/timer-off'
import type { Look } from '#lib/components/ui/health-look.ts'
import type { SourceRegistrationState } from '#lib/graphql/generated/graphql.ts'

/** Colour and sign of what the vendor was told. */
export const registrationLook: Readonly<Record<SourceRegistrationState, Pick<Look, 'tone' | 'icon'>>> = {
  MANUAL: { tone: 'idle', icon: ClipboardPaste },
  PENDING: { tone: 'idle', icon: Clock },
  REGISTERED: { tone: 'ok', icon: CircleCheck },
  EXPIRED: { tone: 'warn', icon: TimerOff },
  FAILED: { tone: 'bad', icon: CircleX },
}
