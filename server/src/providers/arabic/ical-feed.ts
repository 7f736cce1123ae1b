import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'اقرأ أي تقويم له عنوان iCal: الحجوزات والمناوبات والعطل وأيام إغلاق مورّد.',
  description:
    'يقرأ المركز تقويم ICS من أي برنامج (Google وOutlook وiCloud وAirbnb وCalendly وغيرها كثير)، ويبسط ما يتكرر، ويفهم مناطقه الزمنية وأيامه الكاملة، ويخبرك متى يكون التقويم مشغولًا. هذه التقاويم للقراءة فقط. والجزء السري من العنوان مختوم.',
  pricingNotes: 'مجاني: البرنامج صاحب التقويم هو من يقرر من يقرؤه، وما مدى حداثة ما فيه.',
  fields: {
    host: {
      label: 'مضيف التقويم',
      help: 'ما بين «\u2066https://\u2069» (أو «\u2066webcal://\u2069») والعلامة «/» التالية في عنوان التقويم.',
      rule: 'اسم مضيف، مثل calendar.google.com.',
    },
    feedPath: {
      label: 'مسار التقويم',
      help: 'كل ما بعد المضيف، ابتداءً من «/»، مع ما يتبع علامة «?». يُحفظ مختومًا: فمن يعرفه يستطيع قراءة التقويم.',
      hint: 'يبدأ المسار بعلامة «/» واحدة؛ أما المضيف فمكانه الحقل أعلاه.',
    },
    username: { label: 'اسم المستخدم', help: 'للتقاويم التي تطلب تسجيل الدخول فقط (HTTP Basic).' },
    password: {
      label: 'كلمة المرور',
      help: 'للتقاويم التي تطلب تسجيل الدخول فقط. استخدم كلمة مرور تطبيق (app password) حيث توجد.',
    },
  },
  permissions: { 'Read the feed': 'كل شيء: فهذه التقاويم للقراءة فقط' },
  limits: ['ما يحتمله مضيفو التقاويم بلا شكوى'],
  templates: {
    google: {
      name: 'تقويم Google',
      description: 'العنوان السري بصيغة iCal، من إعدادات تقويم لدى Google.',
    },
    'microsoft-365': {
      name: 'تقويم \u2066Microsoft 365\u2069',
      description: 'رابط ICS لتقويم نُشر في العمل أو الدراسة.',
    },
    'outlook-com': {
      name: 'تقويم Outlook.com',
      description: 'رابط ICS لتقويم نُشر من حساب Microsoft شخصي.',
    },
  },
  setupGuide: [
    {
      title: 'اعثر على العنوان',
      text: 'في Google: افتح Settings، ثم تقويمك، ثم Integrate calendar → Secret address in iCal format. وفي Outlook: Settings → Calendar → Shared calendars → Publish → ICS. وفي iCloud: Calendar → Share → Public calendar.',
    },
    {
      title: 'اقسمه قسمين',
      text: 'في العنوان \u2066https://calendar.google.com/calendar/ical/…/basic.ics\u2069 المضيف هو calendar.google.com، والباقي ابتداءً من «\u2066/calendar\u2069» هو المسار. والعنوان الذي يبدأ بـ \u2066webcal://\u2069 هو نفسه عبر https.',
    },
    {
      title: 'اختبره',
      text: 'يقرأ الاختبار التقويم كله. إن أجاب المضيف بالتحويل إلى عنوان آخر، فاستخدم العنوان الذي يحوّل إليه.',
    },
  ],
}
