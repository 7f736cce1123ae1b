import CircleAlert from '@lucide/svelte/icons/circle-alert'
import CircleCheck from '@lucide/svelte/icons/circle-check'
import CircleDashed from '@lucide/svelte/icons/circle-dashed'
import CircleHelp from '@lucide/svelte/icons/circle-question-mark'
import CircleX from '@lucide/svelte/icons/circle-x'
import type { Component } from 'svelte'
import type { Tone } from './Badge.svelte'

export type Health = 'HEALTHY' | 'DEGRADED' | 'DOWN' | 'UNKNOWN' | 'NOT_CONFIGURED'

export interface Look {
  readonly tone: Tone
  readonly icon: Component<{ class?: string; 'aria-hidden'?: 'true' }>
  /** Fill of strips and dots. */
  readonly fill: string
}

/** The one place that says which colour and sign a state has. */
export const healthLook: Readonly<Record<Health, Look>> = {
  HEALTHY: { tone: 'ok', icon: CircleCheck, fill: 'var(--ok-fill)' },
  DEGRADED: { tone: 'warn', icon: CircleAlert, fill: 'var(--warn-fill)' },
  DOWN: { tone: 'bad', icon: CircleX, fill: 'var(--bad-fill)' },
  UNKNOWN: { tone: 'idle', icon: CircleHelp, fill: 'var(--idle-fill)' },
  NOT_CONFIGURED: { tone: 'idle', icon: CircleDashed, fill: 'var(--idle-soft)' },
}

/** Worst first: the order operators want lists in. */
export const healthOrder: readonly Health[] = ['DOWN', 'DEGRADED', 'UNKNOWN', 'NOT_CONFIGURED', 'HEALTHY']
