import Archive from '@lucide/svelte/icons/archive'
import Ban from '@lucide/svelte/icons/ban'
import CircleCheck from '@lucide/svelte/icons/circle-check'
import CircleDashed from '@lucide/svelte/icons/circle-dashed'
import CirclePause from '@lucide/svelte/icons/circle-pause'
import CircleX from '@lucide/svelte/icons/circle-x'
import Clock from '@lucide/svelte/icons/clock'
import FastForward from '@lucide/svelte/icons/fast-forward'
import Inbox from '@lucide/svelte/icons/inbox'
import RotateCw from '@lucide/svelte/icons/rotate-cw'
import Send from '@lucide/svelte/icons/send'
import ShieldAlert from '@lucide/svelte/icons/shield-alert'
import Skull from '@lucide/svelte/icons/skull'
import Unplug from '@lucide/svelte/icons/unplug'
import type { Look } from '#lib/components/ui/health-look.ts'

export type DeliveryState = 'QUEUED' | 'SENDING' | 'WAITING' | 'DELIVERED' | 'DEAD' | 'SKIPPED'
export type AttemptOutcome = 'OPEN' | 'DELIVERED' | 'FAILED' | 'LOST'
export type EndpointBreaker = 'CLOSED' | 'OPEN' | 'HALF_OPEN' | 'CATCHING_UP'
export type InboundState =
  'RECEIVED' | 'WAITING' | 'ROUTED' | 'IGNORED' | 'UNMATCHED' | 'FAILED' | 'QUARANTINED' | 'DISCARDED'
export type ReplayState = 'RUNNING' | 'DONE' | 'CANCELLED'

type Looks<State extends string> = Readonly<Record<State, Look>>

const ok = { tone: 'ok', fill: 'var(--ok-fill)' } as const
const warn = { tone: 'warn', fill: 'var(--warn-fill)' } as const
const bad = { tone: 'bad', fill: 'var(--bad-fill)' } as const
const idle = { tone: 'idle', fill: 'var(--idle-fill)' } as const

export const deliveryLook: Looks<DeliveryState> = {
  QUEUED: { ...idle, icon: Clock },
  SENDING: { ...idle, icon: Send },
  WAITING: { ...warn, icon: RotateCw },
  DELIVERED: { ...ok, icon: CircleCheck },
  DEAD: { ...bad, icon: Skull },
  SKIPPED: { ...idle, icon: Ban },
}
export const attemptLook: Looks<AttemptOutcome> = {
  OPEN: { ...idle, icon: Send },
  DELIVERED: { ...ok, icon: CircleCheck },
  FAILED: { ...bad, icon: CircleX },
  LOST: { ...warn, icon: Unplug },
}
export const breakerLook: Looks<EndpointBreaker> = {
  CLOSED: { ...ok, icon: CircleCheck },
  OPEN: { ...bad, icon: CirclePause },
  HALF_OPEN: { ...warn, icon: RotateCw },
  CATCHING_UP: { ...warn, icon: FastForward },
}
export const inboundLook: Looks<InboundState> = {
  RECEIVED: { ...idle, icon: Clock },
  WAITING: { ...warn, icon: RotateCw },
  ROUTED: { ...ok, icon: CircleCheck },
  IGNORED: { ...idle, icon: CircleDashed },
  UNMATCHED: { ...warn, icon: Inbox },
  FAILED: { ...bad, icon: CircleX },
  QUARANTINED: { ...bad, icon: ShieldAlert },
  DISCARDED: { ...idle, icon: Archive },
}
export const replayLook: Looks<ReplayState> = {
  RUNNING: { ...idle, icon: RotateCw },
  DONE: { ...ok, icon: CircleCheck },
  CANCELLED: { ...idle, icon: Ban },
}
