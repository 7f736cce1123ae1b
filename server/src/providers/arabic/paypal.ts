import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'دع عملاءك يدفعون بحساب PayPal أو بالبطاقة بـ 24 عملة، من دون كتابة بيانات البطاقة في متجرك.',
  description:
    'ينقل PayPal الدافع إلى صفحته ليوافق ثم يعيده إلى متجرك. ينشئ المركز الطلب، ويسلّم عنوان تلك الصفحة، ويقرأ الطلب من جديد قبل شحن أي شيء، ثم يحصّل المبلغ، ويردّه، وينهي الاشتراكات، ويجيب عن النزاعات. الدرهم الإماراتي (AED) ليس من عملات PayPal: فيجب تحويل المبالغ قبل ذلك.',
  pricingNotes:
    'لا رسوم شهرية. نسبة من كل دفعة مع جزء ثابت بحسب العملة، وأكثر من ذلك عبر الحدود؛ راجع صفحة الرسوم الخاصة ببلدك.',
  fields: {
    clientId: {
      label: 'معرّف العميل',
      help: 'في PayPal Developer Dashboard افتح Apps & Credentials، ثم تطبيقك.',
      hint: 'تتكوّن معرّفات العميل لدى PayPal من نحو 80 حرفًا بلا مسافات.',
    },
    clientSecret: {
      label: 'سر العميل',
      help: 'في الصفحة نفسها: اختر Show عند «\u2066Secret key 1\u2069». للتطبيقات التجريبية والحيّة أسرار مختلفة.',
      hint: 'تتكوّن أسرار PayPal من نحو 80 حرفًا بلا مسافات.',
    },
  },
  permissions: {
    'Accept payments': 'إنشاء الطلبات وقراءتها',
    'Transaction search': 'سرد الدفعات من سجلات PayPal نفسه',
    'Customer disputes': 'قراءة النزاعات والإجابة عنها',
    Subscriptions: 'العملاء الذين يدفعون مرة بعد مرة',
  },
  limits: ['البيئة التجريبية، بحسب الملاحظة؛ ولا ينشر PayPal أرقامًا للبيئة الحيّة'],
  templates: {},
  setupGuide: [
    {
      title: 'افتح Developer Dashboard',
      text: 'سجّل الدخول بحساب الأعمال لدى PayPal واختر Sandbox أو Live في أعلى الصفحة؛ ويجب أن يوافق اختيارك بيئة هذا الاتصال.',
    },
    {
      title: 'أنشئ تطبيقًا',
      text: 'اختر Apps & Credentials → Create App، من نوع «Merchant». تحت Features أبقِ «Accept payments» محدّدًا؛ وحدّد «Transaction search» إن أردت سرد الدفعات، و«Customer disputes» و«Subscriptions» بحسب حاجتك.',
    },
    {
      title: 'انسخ القيمتين',
      text: 'تجد Client ID و\u2066Secret key 1\u2069 في أعلى صفحة التطبيق. يطلب المركز بهما رموزًا قصيرة العمر ويحفظها مختومة أيضًا.',
    },
  ],
  webhooks: {
    secretLabel: 'معرّف خطاف الويب (Webhook ID)',
    secretHelp:
      'في PayPal Developer Dashboard افتح Apps & Credentials، ثم تطبيقك، ثم Webhooks: المعرّف الظاهر بجانب العنوان. وهو جزء مما يوقّعه PayPal.',
    secretHint: 'تتكوّن معرّفات خطافات الويب لدى PayPal من 17 خانة من الأحرف الكبيرة والأرقام.',
    setup: [
      'يستطيع المركز إنجاز كل ذلك بنفسه.',
      'في PayPal Developer Dashboard افتح Apps & Credentials، واختر Sandbox أو Live كما في هذا الاتصال، وافتح تطبيقك.',
      'تحت Webhooks اختر Add Webhook، وألصق عنوان هذا المصدر (يشترط PayPal بروتوكول https على المنفذ 443)، وحدّد الأحداث المدرجة في صفحة المزوّد.',
      'انسخ Webhook ID الذي يظهر وأضفه هنا.',
    ],
  },
}
