import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'اقرأ مواعيد تقويم Google وأضفها وانقلها: القياسات والتصوير والتوصيل والاستلام إلى جانب طلباتك.',
  description:
    'يقرأ المركز تقويمًا واحدًا في Google، ويضيف إليه المواعيد، مع مدعوين إن شئت، ويغيّرها ويزيلها، ويخبرك متى يكون التقويم خاليًا. يسجّل شخص الدخول لدى Google مرة واحدة ويوافق، ثم يحفظ المركز التفويض مختومًا ويجدّده بنفسه.',
  pricingNotes: 'مجاني ضمن حصص Google؛ والتقويم نفسه يأتي مع أي حساب Google أو باقة Workspace.',
  fields: {
    clientId: {
      label: 'معرّف عميل OAuth',
      help: 'افتح Google Cloud console → APIs & Services → Credentials، ثم عميل OAuth الخاص بك.',
      hint: 'تنتهي معرّفات العملاء لدى Google بـ \u2066.apps.googleusercontent.com\u2069.',
    },
    clientSecret: {
      label: 'سر عميل OAuth',
      help: 'في الصفحة نفسها. تعرض Google السر الجديد مرة واحدة فقط.',
      hint: 'تبدأ أسرار العملاء لدى Google بـ \u2066GOCSPX-\u2069.',
    },
    calendarId: {
      label: 'التقويم',
      help: 'اكتب «primary» للتقويم الرئيسي لمن يسجّل الدخول، أو معرّفًا تجده في إعدادات التقويم تحت Integrate calendar.',
    },
  },
  permissions: {
    'https://www.googleapis.com/auth/calendar.events': 'قراءة المواعيد وإضافتها وتغييرها وإزالتها',
    'https://www.googleapis.com/auth/calendar.calendarlist.readonly': 'عرض التقاويم الموجودة',
    'https://www.googleapis.com/auth/calendar.freebusy': 'معرفة متى يكون التقويم مشغولًا',
  },
  limits: ['لكل شخص ومشروع', 'لكل مشروع في Google Cloud'],
  templates: {},
  setupGuide: [
    {
      title: 'فعّل واجهة API',
      text: 'في Google Cloud console اختر مشروعًا أو أنشئه وفعّل «Google Calendar API».',
    },
    {
      title: 'املأ شاشة الموافقة',
      text: 'اختر «Internal» إن كان لك Workspace خاص بك. التطبيق الخارجي المتروك في «Testing» يفقد تفويضه بعد سبعة أيام: انشره.',
    },
    {
      title: 'أنشئ عميل OAuth',
      text: 'اختر Credentials → Create credentials → OAuth client ID → Web application. أضف عنوان هذا المركز متبوعًا بالمسار \u2066/oauth/callback\u2069 إلى عناوين الرجوع المصرّح بها (authorized redirect URI).',
    },
    {
      title: 'اربط',
      text: 'ألصق معرّف العميل وسره هنا، ثم اختر «ربط» وسجّل الدخول. أبقِ كل الخانات محدّدة في صفحة Google.',
    },
  ],
  webhooks: {
    secretLabel: 'رمز القناة',
    secretHelp: 'قيمة `token` في طلب watch. ينشئ المركز رمزًا خاصًا به حين يسجّل العنوان.',
    setup: [
      'ينجز المركز كل ذلك بنفسه: اختر «سجّل». لا صفحة لهذا لدى Google.',
      'تنسى Google القناة بعد أسبوع؛ ويفتح المركز قناة جديدة قبل ذلك بيوم.',
      'يجب أن يكون عنوان المركز متاحًا عبر https بشهادة تثق بها المتصفحات.',
    ],
  },
}
