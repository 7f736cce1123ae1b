import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'عملاء متجرك وفواتيره ومدفوعاته ومصروفاته في دفاتر Xero.',
  description:
    'يمسك Xero دفاتر الشركات الصغيرة. يضيف المركز العملاء بعناوين بريدهم الإلكتروني، ويكتب الفواتير ويرسلها بالبريد ويبطلها، ويقيّد ما دُفع، ويقيّد ما صُرف من حساب بنكي. ليس لدى Xero بيئة تجريبية: جرّبه بالشركة التجريبية (demo company) التي في كل حساب. تُكتب الفواتير التي بلا رمز ضريبة من دون ضريبة؛ ويسمي Xero الضرائب برموز مثل OUTPUT2 أو TAX001.',
  pricingNotes:
    'لواجهة API مستوى مجاني لبضع مؤسسات، ومستويات مدفوعة فوقه؛ راجع developer.xero.com/pricing. أما Xero نفسه فباقة شهرية.',
  fields: {
    clientId: {
      label: 'معرّف العميل',
      help: 'في developer.xero.com افتح My Apps، ثم تطبيقك، ثم Configuration.',
      hint: 'تتكوّن معرّفات العميل لدى Xero من 32 خانة من الأرقام والأحرف الكبيرة من A إلى F.',
    },
    clientSecret: {
      label: 'سر العميل',
      help: 'في الصفحة نفسها: اختر Generate a secret. يُعرض مرة واحدة فقط.',
    },
    tenantId: {
      label: 'معرّف المؤسسة',
      help: 'فقط حين تربط عدة مؤسسات: اتركه فارغًا، وشغّل اختبار الاتصال، وخذ المعرّف الذي يسرده.',
      rule: 'معرّف المؤسسة UUID، مثل \u206670784a63-d24b-46a9-a4db-0e70a274b056\u2069.',
    },
    salesAccount: {
      label: 'حساب المبيعات',
      help: 'رقم الحساب الذي تُقيَّد عليه بنود الفواتير حين لا تذكر حسابًا: تجده في Xero → Accounting → Chart of accounts.',
      rule: 'اكتب رقم الحساب، مثل 200.',
    },
    bankAccount: {
      label: 'الحساب البنكي',
      help: 'رقم الحساب الذي تصل إليه المدفوعات وتُدفع منه المصروفات: تجده في Chart of accounts → Bank.',
      rule: 'اكتب رقم الحساب، مثل 090، أو معرّفه.',
    },
  },
  permissions: {
    'accounting.contacts': 'قراءة جهات الاتصال وكتابتها',
    'accounting.invoices': 'قراءة الفواتير وكتابتها',
    'accounting.payments': 'تقييد المدفوعات',
    'accounting.banktransactions': 'تقييد المصروفات وقراءتها',
    'accounting.settings.read': 'قراءة المؤسسة ودليل حساباتها',
  },
  limits: ['لكل مؤسسة', 'لكل مؤسسة؛ و1,000 في المستوى الأول'],
  templates: {
    'demo-company': {
      name: 'الشركة التجريبية',
      description: 'الشركة التجريبية (Demo Company) في Xero، المتاحة للجميع: حساب مبيعاتها وحسابها المصرفي.',
    },
  },
  setupGuide: [
    {
      title: 'أنشئ تطبيقًا لدى Xero',
      text: 'في developer.xero.com اختر My Apps → New app → Web app. سمّه «Patchbay» وأدخل موقعك.',
    },
    {
      title: 'سجّل عنوان الرجوع لهذا المركز',
      text: 'أضف في redirect URI عنوان هذا المركز متبوعًا بالمسار \u2066/oauth/callback\u2069.',
    },
    {
      title: 'انسخ المعرّف والسر',
      text: 'تعرض الصفحة Configuration معرّف العميل؛ اختر Generate a secret وانسخ السر فورًا.',
    },
    {
      title: 'اربط واختر المؤسسة',
      text: 'اختر «ربط» هنا. يسألك Xero أي مؤسسة تفتح: خذ الشركة التجريبية لأول تجربة.',
    },
  ],
  webhooks: {
    secretLabel: 'مفتاح الإشعارات (Webhooks key)',
    secretHelp: 'في developer.xero.com افتح My Apps، ثم تطبيقك، ثم Webhooks؛ تعرض الصفحة المفتاح بجانب عنوان التسليم.',
    setup: [
      'في developer.xero.com افتح My Apps، ثم تطبيقك، ثم Webhooks: حدّد Contacts وInvoices، وألصق عنوان هذا المصدر عنوانًا للتسليم.',
      'انسخ مفتاح الإشعارات من تلك الصفحة إلى هذا المصدر، واحفظ هناك: عندها يرسل Xero بضع رسائل، بعضها موقّع خطأ عن قصد. وتصير الحالة OK حين يقبل المركز الصحيحة منها ويرفض الأخرى.',
      'يرسل Xero المعرّفات لا المحتويات: فيقرأ المركز الفاتورة أو جهة الاتصال، أو تقرؤها أنت.',
    ],
  },
}
