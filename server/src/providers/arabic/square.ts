import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary:
    'حصّل من البطاقات والمحافظ عبر الإنترنت، وافتح صفحات الدفع، وردّ الأموال، وأدِر الاشتراكات إلى جانب نقطة بيع Square.',
  description:
    'يستقبل Square المدفوعات في المتجر وعبر الإنترنت في حساب واحد. يحصّل المركز من رموز مكوّن المتصفح لدى Square، ويفتح صفحات الدفع، ويحصّل المبالغ المحجوزة ويلغيها ويردّ الأموال، ويجيب عن النزاعات، ويدير الاشتراكات، ويقرأ كل شيء من جديد. يعمل Square في ثمانية بلدان، ليس أي منها في الخليج؛ والمبالغ بعملة الموقع.',
  pricingNotes:
    'لا رسوم شهرية على واجهة API. نسبة من كل دفعة مع جزء ثابت، بحسب البلد ونوع الدفع؛ راجع صفحة الرسوم لدى Square.',
  fields: {
    accessToken: {
      label: 'رمز الوصول',
      help: 'في Square Developer Console افتح تطبيقك، ثم Credentials. لكل من Sandbox وProduction رمز مختلف.',
      hint: 'تبدأ رموز الوصول لدى Square بـ EAAA.',
    },
    locationId: {
      label: 'معرّف الموقع',
      help: 'في Square Developer Console افتح تطبيقك، ثم Locations. تتم المدفوعات هناك، بعملته.',
      rule: 'يتكوّن معرّف الموقع من أحرف كبيرة وأرقام.',
    },
  },
  permissions: {
    MERCHANT_PROFILE_READ: 'فحص الحالة الذي يقرأ الموقع',
    PAYMENTS_READ: 'قراءة الدفعات والمبالغ المردودة',
    PAYMENTS_WRITE: 'إنشاء الدفعات وتحصيلها وإلغاؤها وردّها',
    ORDERS_READ: 'معرفة مبلغ صفحة الدفع، وهل دُفع',
    ORDERS_WRITE: 'فتح صفحات الدفع',
    DISPUTES_READ: 'قراءة النزاعات',
    DISPUTES_WRITE: 'الإجابة عن النزاعات',
    SUBSCRIPTIONS_READ: 'قراءة الاشتراكات',
    SUBSCRIPTIONS_WRITE: 'بدء الاشتراكات وإنهاؤها',
    CUSTOMERS_READ: 'العثور على المشتركين بعنوان البريد الإلكتروني',
    CUSTOMERS_WRITE: 'إنشاء المشتركين بعنوان البريد الإلكتروني',
  },
  templates: {},
  setupGuide: [
    {
      title: 'أنشئ تطبيقًا',
      text: 'سجّل الدخول إلى Square Developer Console بحسابك لدى Square واختر علامة الزائد. سمّه «Patchbay».',
    },
    {
      title: 'اختر Sandbox أو Production',
      text: 'يجب أن يوافق الاختيار في أعلى الصفحة بيئة هذا الاتصال. في البيئة التجريبية بطاقات اختبار ومواقع غير حقيقية.',
    },
    {
      title: 'انسخ رمز الوصول',
      text: 'اختر Credentials → Access token → Show. الرمز لحسابك أنت ولا تنتهي مدته؛ ويختمه المركز.',
    },
    {
      title: 'انسخ الموقع',
      text: 'تسرد الصفحة Locations أماكن عملك. خذ معرّف الموقع الذي يبيع عبر الإنترنت.',
    },
  ],
  webhooks: {
    secretLabel: 'مفتاح التوقيع',
    secretHelp:
      'في Square Developer Console افتح تطبيقك، ثم Webhooks → Subscriptions، ثم الاشتراك، ثم Signature key → Show.',
    setup: [
      'يستطيع المركز إنجاز كل ذلك بنفسه برمز الوصول الخاص بالتطبيق.',
      'في Square Developer Console افتح تطبيقك، واختر Sandbox أو Production كما في هذا الاتصال، ثم انتقل إلى Webhooks → Subscriptions → Add subscription.',
      'ألصق عنوان هذا المصدر، واختر إصدار واجهة API \u20662026-09-16\u2069 والأحداث المدرجة في صفحة المزوّد.',
      'افتح الاشتراك الجديد، واعرض مفتاح توقيعه، وأضفه هنا.',
    ],
  },
}
