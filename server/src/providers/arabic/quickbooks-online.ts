import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'عملاء متجرك وفواتيره ومدفوعاته ومصروفاته في QuickBooks Online.',
  description:
    'يمسك QuickBooks Online دفاتر الشركات الصغيرة. يضيف المركز العملاء بعناوين بريدهم الإلكتروني، ويكتب الفواتير ويرسلها بالبريد ويبطلها، ويقيّد ما دُفع، ويقيّد ما صُرف. لا مسودات في QuickBooks: فالفاتورة مفتوحة منذ إنشائها. تذكر البنود أصناف الدفاتر (Items)؛ وحيث لا يذكر البند صنفًا يُستخدم صنف الاتصال نفسه.',
  pricingNotes:
    'الكتابة عبر واجهة API مجانية؛ ويحتسب برنامج App Partner Program لدى Intuit عمليات القراءة التي تتجاوز حصة مجانية. أما QuickBooks نفسه فباقة شهرية.',
  fields: {
    clientId: {
      label: 'معرّف العميل',
      help: 'في developer.intuit.com افتح تطبيقك، ثم Keys & credentials؛ ولكل من بيئتي development وproduction معرّف خاص.',
    },
    clientSecret: { label: 'سر العميل', help: 'في الصفحة نفسها.' },
    realmId: {
      label: 'معرّف الشركة',
      help: 'في QuickBooks تعرضه الصفحة Settings → Account and settings → Billing & subscription باسم Company ID؛ وللشركات التجريبية انظر developer.intuit.com → Sandboxes.',
      rule: 'معرّف الشركة رقم؛ اكتبه بلا مسافات.',
    },
    salesItem: {
      label: 'صنف المبيعات',
      help: 'معرّف المنتج أو الخدمة الذي تُقيَّد عليه بنود الفواتير حين لا تذكر صنفًا: الرقم الظاهر في عنوان صفحته.',
      rule: 'معرّف الصنف رقم.',
    },
    bankAccount: {
      label: 'الحساب البنكي',
      help: 'معرّف الحساب الذي تصل إليه المدفوعات وتُدفع منه المصروفات؛ وتبيّنه العملية «accounts.list».',
      rule: 'معرّف الحساب رقم.',
    },
  },
  permissions: { 'com.intuit.quickbooks.accounting': 'قراءة الدفاتر والكتابة فيها' },
  limits: ['لكل شركة؛ 10 في الوقت نفسه كحد أقصى'],
  templates: {},
  setupGuide: [
    {
      title: 'أنشئ تطبيقًا لدى Intuit',
      text: 'في developer.intuit.com اختر Create an app → QuickBooks Online and Payments، مع الصلاحية com.intuit.quickbooks.accounting.',
    },
    {
      title: 'سجّل عنوان الرجوع لهذا المركز',
      text: 'في Keys & credentials → Redirect URIs أضف عنوان هذا المركز متبوعًا بالمسار \u2066/oauth/callback\u2069. وتشترط بيئة production بروتوكول https.',
    },
    {
      title: 'انسخ المعرّف والسر',
      text: 'لا تفتح مفاتيح development إلا الشركات التجريبية، ولا تفتح مفاتيح production إلا الشركات الحقيقية: اختر هنا البيئة الموافقة لها.',
    },
    {
      title: 'أدخل معرّف الشركة واربط',
      text: 'ابحث عن معرّف الشركة واحفظه هنا، ثم اختر «ربط»، وحدّد الشركة نفسها في صفحة Intuit.',
    },
  ],
  webhooks: {
    secretLabel: 'رمز التحقق (Verifier token)',
    secretHelp:
      'في developer.intuit.com افتح تطبيقك، ثم Webhooks → Show verifier token. ولكل من بيئتي development وproduction رمز خاص.',
    setup: [
      'في developer.intuit.com افتح تطبيقك، ثم Webhooks، مرة لبيئة development ومرة لبيئة production: ألصق عنوان هذا المصدر في خانة endpoint URL.',
      'حدّد Invoice وCustomer وPayment وPurchase بكل عملياتها، ثم احفظ.',
      'اختر Show verifier token وأضف الرمز إلى هذا المصدر. ترسل Intuit المعرّفات لا المحتويات، وقد تتأخر بضع دقائق.',
    ],
  },
}
