import type { Catalogue } from '../i18n.svelte.ts'
import { words } from '../words.ts'

const { plural } = words('ar')

const rows = (count: number): string =>
  plural(count, {
    zero: 'لا سجلات',
    one: 'سجل واحد',
    two: 'سجلان',
    few: '# سجلات',
    many: '# سجلًا',
    other: '# سجل',
  })

export const records: Catalogue['records'] = {
  export: {
    action: 'تصدير',
    formats: {
      csv: { name: 'CSV', text: 'لجداول البيانات، مع إبطال الصيغ في الخلايا.' },
      ndjson: { name: 'NDJSON', text: 'للبرامج: كائن JSON واحد في كل سطر.' },
    },
  },
  areas: { label: 'السجلات', calls: 'الاستدعاءات', system: 'النظام' },
  system: {
    title: 'النظام',
    lead: 'ما فعله المركز نفسه أو واجهه: التشغيل والإيقاف، والأعطال التي أصلحت نفسها، ومدد الحفظ، وتدوير المفاتيح.',
    search: 'ابحث في النوع أو النص أو الوقائع',
    kind: 'الموضوع',
    urgency: 'الأهمية',
    any: 'الكل',
    facts: 'الوقائع',
    severity: { INFO: 'ملاحظة', WARNING: 'تحذير', CRITICAL: 'حرج' },
    nouns: {
      hub: 'التشغيل والإيقاف',
      worker: 'الأعطال',
      database: 'قاعدة البيانات',
      retention: 'مدد الحفظ',
      partitions: 'مساحة الأشهر',
      vault: 'المفاتيح الرئيسية',
      erasure: 'عمليات المحو',
      system: 'هذا السجل',
    },
    empty: { title: 'لا شيء بعد', text: 'يظهر هنا التشغيل والإيقاف وكل ما يفعله المركز من تلقاء نفسه.' },
    noMatch: { title: 'لم يُعثر على شيء', text: 'لا يوجد حدث نظام يطابق عوامل التصفية هذه.' },
  },
  storage: {
    title: 'مساحة السجلات',
    text: 'لكل المؤسسات في هذا المركز، بحسب تقدير قاعدة البيانات.',
    whole: 'قاعدة البيانات كلها',
    days: (count) =>
      plural(count, {
        zero: 'لا أيام',
        one: 'يوم واحد',
        two: 'يومان',
        few: '# أيام',
        many: '# يومًا',
        other: '# يوم',
      }),
    logs: {
      Call: 'الاستدعاءات',
      InboundEvent: 'الأحداث الواردة',
      Event: 'الأحداث',
      Delivery: 'عمليات التسليم',
      Attempt: 'المحاولات',
    },
    columns: {
      log: 'السجل',
      size: 'الحجم',
      rows: 'الصفوف',
      perDay: 'صفوف في اليوم',
      kept: 'مدة الحفظ',
      forecast: 'المتوقع',
    },
  },
  privacy: {
    title: 'البيانات والخصوصية',
    text: 'يزيل بيانات شخص واحد من كل سجلات هذه المؤسسة نهائيًا. تبقى قيود التدقيق لأن القانون يطلبها.',
    subject: 'بيانات من؟',
    subjectHelp: 'بريد إلكتروني أو رقم هاتف أو معرّف عميل. يُعثر عليه بكل صيغ كتابته.',
    tooShort: 'ستة أحرف على الأقل.',
    look: 'ابحث عنها',
    found: (count) => `${rows(count)} يحتوي عليها وسيُغيَّر`,
    rows,
    changed: (count) => `تم تغيير ${rows(count)}`,
    kept: (count) => `يبقى كما هو: ${rows(count)}`,
    lookedAt: (count) => `من ${count} تم فحصها`,
    askedBefore: 'سبق محو هذه البيانات؛ وما يظهر الآن وصل بعد ذلك.',
    erase: 'محو نهائي',
    warning:
      'تُستبدل بكلمة [erased] في كل سجل ولا تعود. ولا يمكن بعدها التحقق من توقيع الأحداث الواردة التي احتوت عليها.',
    started: 'بدأ المحو، ويستمر بعد إعادة التشغيل.',
    past: 'عمليات المحو',
    running: 'جارٍ',
    done: 'تم',
    progress: 'تقدّم المحو',
    report: 'التقرير، جدولًا جدولًا',
    ownersOnly: 'لا يمحو بيانات شخص إلا مالك المؤسسة.',
  },
}
