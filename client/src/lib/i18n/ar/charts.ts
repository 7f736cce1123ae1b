import { words, type Messages } from '../words.ts'
import type { charts as source } from '../en/charts.ts'

const { plural } = words('ar')

export const charts: Messages<typeof source> = {
  chart: 'رسم بياني',
  keys: 'تقرأ مفاتيح الأسهم الرسم موضعًا بعد موضع.',
  keysPick: 'تقرأ مفاتيح الأسهم الرسم موضعًا بعد موضع، ويفتح مفتاح الإدخال ما وراء الموضع.',
  table: (of) => `${of}، كجدول`,
  asTable: 'عرض كجدول',
  asChart: 'عرض كرسم بياني',
  picture: 'حفظ كصورة',
  empty: 'لا شيء في هذه المدة.',
  share: 'الحصة',
  time: 'الوقت',
  countdown: (span) => `بعد ${span}`,
  now: 'الآن',
  soFar: 'حتى الآن',
  unit: 'الوحدة',
  units: { s: 'ثوانٍ', min: 'دقائق', h: 'ساعات', d: 'أيام' },
  showAll: (count) =>
    plural(count, {
      zero: 'عرض الكل',
      one: 'عرضه',
      two: 'عرض الاثنين',
      few: 'عرض الـ# كلها',
      many: 'عرض الـ# كلها',
      other: 'عرض الـ# كلها',
    }),
  change: {
    up: (much) => `أكثر بمقدار ${much}`,
    down: (much) => `أقل بمقدار ${much}`,
    times: (much) => `${much} أضعاف`,
    same: 'بلا تغيّر',
    points: (n) => `${n} نقطة`,
  },
}
