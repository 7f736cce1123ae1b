import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'جهات الاتصال والفرص والملاحظات في Salesforce لديك، محدّثة من المتجر.',
  description:
    'في Salesforce تعرف فرق المبيعات الكبيرة عملاءها. يضيف المركز جهات الاتصال أو يحدّثها بحسب عنوان بريدها الإلكتروني، ويربطها بحساب شركتها، ويفتح الفرص وينقلها بين مراحلها، ويكتب الملاحظات. المضيف هو ما يحدد أهي البيئة الحيّة أم التجريبية. لا يخبر Salesforce أحدًا من تلقاء نفسه بما تغيّر: فاقرأ القوائم باستخدام updatedSince.',
  pricingNotes:
    'تأتي واجهة API مع إصدارات Enterprise وUnlimited وPerformance وDeveloper؛ وهي مع إصدار Professional إضافة مدفوعة.',
  fields: {
    host: {
      label: 'مضيف My Domain',
      help: 'في Salesforce: \u200fSetup → My Domain → Current My Domain URL؛ وليس العنوان الذي فيه lightning.force.com.',
      rule: 'اكتب المضيف الذي ينتهي بـ \u2066.my.salesforce.com\u2069، بدون \u2066https://\u2069 وبدون مسار.',
    },
    clientId: {
      label: 'مفتاح المستهلك (Consumer key)',
      help: 'اختر Setup → External Client App Manager، ثم تطبيقك، ثم Settings → OAuth Settings → Consumer Key and Secret.',
      hint: 'تبدأ مفاتيح المستهلك بـ 3MVG.',
    },
    clientSecret: { label: 'سر المستهلك (Consumer secret)', help: 'في الصفحة نفسها.' },
    currency: {
      label: 'العملة',
      help: 'عملة المبالغ: تجدها في Setup → Company Information → Currency Locale (أو Corporate Currency).',
      rule: 'اكتب رمز ISO للعملة، مثل AED.',
    },
    multiCurrency: {
      label: 'عدة عملات',
      help: 'هل تذكر الصفحة Setup → Company Information العبارة «Activate Multiple Currencies».',
      options: { no: 'عملة واحدة', yes: 'عدة عملات' },
    },
    apiVersion: {
      label: 'إصدار واجهة API',
      help: 'يُصدر Salesforce ثلاثة إصدارات في السنة ويبقي كلًا منها سنوات.',
      rule: 'الإصدار رقم مثل 66.0.',
    },
  },
  permissions: {
    Contact: 'قراءة جهات الاتصال وإضافتها وتعديلها',
    Opportunity: 'قراءة الصفقات وفتحها وتعديلها',
    Account: 'ربط جهات الاتصال بشركاتها',
    Note: 'تدوين ملاحظة على جهة اتصال',
  },
  limits: ['لكل مؤسسة، مع حصة إضافية عن كل ترخيص'],
  templates: {
    'several-currencies': {
      name: 'عدة عملات',
      description: 'مؤسسة فعّلت تعدّد العملات، ويحمل كل مبلغ فيها عملته.',
    },
    dirham: {
      name: 'الدرهم الإماراتي',
      description: 'مؤسسة بعملة واحدة هي درهم الإمارات العربية المتحدة.',
    },
  },
  setupGuide: [
    {
      title: 'أنشئ تطبيق عميل خارجي',
      text: 'اختر Setup → External Client App Manager → New. فعّل OAuth، وأضف في عنوان الرجوع (callback URL) عنوان هذا المركز متبوعًا بالمسار \u2066/oauth/callback\u2069، ثم أضف الصلاحيتين api وrefresh_token.',
    },
    {
      title: 'اسمح للناس باستخدامه',
      text: 'في سياسات التطبيق (Policies): المستخدمون المسموح لهم، ورموز تجديد صالحة حتى تُلغى. ويمكن إبقاء Require PKCE مفعّلًا.',
    },
    {
      title: 'انسخ المفتاح والسر',
      text: 'تجدهما في Settings → OAuth Settings → Consumer Key and Secret. تحتاج التطبيقات الجديدة إلى بضع دقائق حتى تعمل.',
    },
    {
      title: 'أدخل المضيف والعملة، ثم اربط',
      text: 'انسخ المضيف من Setup → My Domain، واختر «ربط»، وسجّل الدخول بمستخدم يحق له رؤية جهات الاتصال والفرص.',
    },
  ],
}
