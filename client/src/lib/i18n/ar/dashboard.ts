import { words, type Messages } from '../words.ts'
import type { dashboard as source } from '../en/dashboard.ts'

const { plural, list, number } = words('ar')

export const dashboard: Messages<typeof source> = {
  title: 'لوحة المتابعة',
  verdict: (counts) =>
    list(
      [
        counts.healthy > 0 ? `${number(counts.healthy)} سليم` : '',
        counts.degraded > 0 ? `${number(counts.degraded)} متراجع` : '',
        counts.down > 0 ? `${number(counts.down)} متوقف` : '',
        counts.unknown > 0 ? `${number(counts.unknown)} غير معروف بعد` : '',
      ].filter((part) => part !== ''),
    ),
  verdictAll: (count) =>
    plural(count, {
      one: 'الاتصال سليم',
      two: 'الاتصالان سليمان',
      few: 'جميع الاتصالات (#) سليمة',
      many: 'جميع الاتصالات (#) سليمة',
      other: 'جميع الاتصالات (#) سليمة',
    }),
  verdictNone: 'لا توجد اتصالات بعد',
  openIncidents: 'الحوادث المفتوحة',
  noIncidents: 'لا حوادث مفتوحة',
  since: 'منذ',
  connections: 'الاتصالات',
  noMatch: 'لا اتصال يطابق عوامل التصفية.',
  today: 'اليوم مقارنةً بالأمس',
  figures: {
    calls: 'النداءات',
    errors: 'الأخطاء',
    errorRate: 'نسبة الأخطاء',
    p95: 'الاستجابة p95',
    cost: 'التكلفة',
    deliveries: 'الرسائل المسلّمة',
  },
  versus: (value) => `${value} أمس`,
  yesterdaySame: 'حتى هذا الوقت من الأمس',
  ticker: 'يحدث الآن',
  tickerEmpty: 'تظهر النداءات هنا لحظة حدوثها.',
  tickerPaused: 'متوقف ما دام المؤشر فوقه',
  openLogs: 'فتح السجلات',
  filters: { category: 'الفئة', health: 'الحالة', environment: 'البيئة', any: 'أي' },
  card: {
    lastCheck: 'فُحص',
    never: 'لم يُفحص بعد',
    callsNow: 'النداءات',
    perDay: 'آخر 24 ساعة',
    errors: (count) =>
      plural(count, {
        zero: 'لا أخطاء',
        one: 'خطأ واحد',
        two: 'خطآن',
        few: '# أخطاء',
        many: '# خطأً',
        other: '# خطأ',
      }),
    uptime: '90 يومًا',
  },
  moved: (name, health) => `${name} الآن: ${health}.`,
  welcome: {
    title: 'أهلًا بك في Patchbay',
    text: 'ثلاث بدايات جيدة، ويمكنك العودة إلى أيٍّ منها لاحقًا.',
    demo: {
      title: 'تجوّل في العرض التجريبي',
      text: 'ثمانية مزوّدين بالمحاكاة، مع نداءات وحوادث للتجربة.',
      action: 'افتح المختبر',
    },
    connect: { title: 'اربط خدمة حقيقية', text: 'اختر مزوّدًا، ألصق مفاتيحه، واختبره في دقيقة.', action: 'افتح السوق' },
    explore: { title: 'استعلم عبر الواجهة', text: 'مستكشف GraphQL، بحسابك أنت.', action: 'افتح المستكشف' },
    dismiss: 'إخفاء',
  },
}
