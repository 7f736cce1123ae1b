import BellOff from '@lucide/svelte/icons/bell-off'
import CircleAlert from '@lucide/svelte/icons/circle-alert'
import CircleDot from '@lucide/svelte/icons/circle-dot'
import CircleCheck from '@lucide/svelte/icons/circle-check'
import CircleX from '@lucide/svelte/icons/circle-x'
import Clock from '@lucide/svelte/icons/clock'
import Hand from '@lucide/svelte/icons/hand'
import Info from '@lucide/svelte/icons/info'
import type { Look } from '#lib/components/ui/health-look.ts'
import type { AlertNoticeState, AlertSeverity, AlertState } from '#lib/graphql/generated/graphql.ts'

/** Colour and sign of how urgent an alert is. */
export const severityLook: Readonly<Record<AlertSeverity, Look & { readonly ink: string }>> = {
  INFO: { tone: 'idle', icon: Info, fill: 'var(--idle-fill)', ink: 'text-muted' },
  WARNING: { tone: 'warn', icon: CircleAlert, fill: 'var(--warn-fill)', ink: 'text-warn-ink' },
  CRITICAL: { tone: 'bad', icon: CircleX, fill: 'var(--bad-fill)', ink: 'text-bad-ink' },
}
export const stateLook: Readonly<Record<AlertState, Look>> = {
  // How urgent it is has a colour of its own beside it.
  OPEN: { tone: 'idle', icon: CircleDot, fill: 'var(--idle-fill)' },
  ACKNOWLEDGED: { tone: 'accent', icon: Hand, fill: 'var(--accent)' },
  RESOLVED: { tone: 'ok', icon: CircleCheck, fill: 'var(--ok-fill)' },
}
export const noticeLook: Readonly<Record<AlertNoticeState, Look>> = {
  QUEUED: { tone: 'idle', icon: Clock, fill: 'var(--idle-fill)' },
  SENT: { tone: 'ok', icon: CircleCheck, fill: 'var(--ok-fill)' },
  FAILED: { tone: 'bad', icon: CircleX, fill: 'var(--bad-fill)' },
}
export const quietIcon = BellOff
