import type { Occasion } from './plan.ts'

export type Language = 'en' | 'ar'

/** The hub's own words around an alert. What the alert itself says stays as it was written. */
export interface Words {
  /** Before the title, in subjects. */
  readonly prefix: Readonly<Record<Occasion | 'TEST', string>>
  readonly severity: Readonly<Record<'INFO' | 'WARNING' | 'CRITICAL', string>>
  readonly since: string
  readonly ended: string
  readonly times: (count: number) => string
  readonly affects: string
  readonly toDo: string
  readonly unclaimed: string
  readonly open: string
  readonly reference: string
  readonly attempt: (number: number) => string
  readonly more: (count: number) => string
  readonly digest: (count: number) => string
  readonly footer: string
}

export const words: Readonly<Record<Language, Words>> = {
  en: {
    prefix: { OPENED: '', REPEATED: 'Still: ', ESCALATED: 'Nobody took it: ', RESOLVED: 'Resolved: ', TEST: 'Test: ' },
    severity: { INFO: 'For information', WARNING: 'Warning', CRITICAL: 'Critical' },
    since: 'Since',
    ended: 'Over since',
    times: (count) => `Happened ${count} times so far.`,
    affects: 'Affected',
    toDo: 'What happened, and what to do',
    unclaimed: 'Nobody has taken this alert yet. Whoever takes it stops the escalation.',
    open: 'Open it in Patchbay',
    reference: 'Reference',
    attempt: (number) => `Sent again, attempt ${number}: you may have it already.`,
    more: (count) => `and ${count} more`,
    digest: (count) => `${count} alerts need a look`,
    footer: 'You get this because an alert rule of your organization names this channel.',
  },
  ar: {
    prefix: { OPENED: '', REPEATED: 'ما زال: ', ESCALATED: 'لم يستلمه أحد: ', RESOLVED: 'انتهى: ', TEST: 'تجربة: ' },
    severity: { INFO: 'للعلم', WARNING: 'تحذير', CRITICAL: 'حرج' },
    since: 'منذ',
    ended: 'انتهى في',
    times: (count) => `عدد المرات حتى الآن: ${count}.`,
    affects: 'المتأثر',
    toDo: 'ما الذي حدث وما العمل',
    unclaimed: 'لم يستلم أحد هذا التنبيه بعد. من يستلمه يوقف التصعيد.',
    open: 'افتحه في Patchbay',
    reference: 'المرجع',
    attempt: (number) => `أُرسل مجددًا، المحاولة ${number}: ربما وصلك من قبل.`,
    more: (count) => `و${count} غيرها`,
    digest: (count) => `${count} تنبيهًا بحاجة إلى نظرة`,
    footer: 'تصلك هذه الرسالة لأن إحدى قواعد التنبيه في مؤسستك تسمّي هذه القناة.',
  },
}
