import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'جهات الاتصال والصفقات والملاحظات في HubSpot CRM، محدّثة من المتجر.',
  description:
    'في HubSpot تعرف المبيعات والخدمة العميل. يضيف المركز جهات الاتصال أو يحدّثها بحسب عناوين بريدها الإلكتروني، ويفتح الصفقات وينقلها بين مراحلها، ويدوّن ما حدث في المتجر. اربط برمز تطبيق خاص، أو بتسجيل الدخول إلى تطبيق عبر OAuth. تُسمّى المراحل ومسارات المبيعات بالمعرّفات الداخلية في HubSpot، مثل appointmentscheduled.',
  pricingNotes: 'واجهة API جزء من كل باقة، ومن CRM المجاني أيضًا؛ وتسمح الباقات الأكبر بطلبات أكثر.',
  fields: {
    accessToken: {
      label: 'رمز التطبيق الخاص',
      help: 'افتح HubSpot → Settings → Integrations → Private Apps، ثم تطبيقك، ثم Auth. اتركه فارغًا لتسجيل الدخول عبر OAuth بدلًا منه.',
      hint: 'تبدأ رموز التطبيقات الخاصة بـ \u2066pat-\u2069 ثم المنطقة ثم معرّف UUID.',
    },
    clientId: { label: 'معرّف عميل التطبيق', help: 'لطريقة OAuth فقط: افتح تطبيقك، ثم Auth.' },
    clientSecret: {
      label: 'سر عميل التطبيق',
      help: 'في الصفحة نفسها. تحتاج إليه طريقة OAuth، وكذلك الإشعارات: فبه يوقّعها HubSpot.',
    },
  },
  permissions: {
    'crm.objects.contacts.read': 'قراءة جهات الاتصال',
    'crm.objects.contacts.write': 'إضافة جهات الاتصال وتغييرها، وملاحظاتها',
    'crm.objects.deals.read': 'قراءة الصفقات',
    'crm.objects.deals.write': 'فتح الصفقات وتغييرها',
  },
  limits: [
    'لكل تطبيق وحساب في أصغر الباقات؛ و190 في الأكبر منها',
    'عمليات البحث، لكل حساب',
    'لكل حساب في أصغر الباقات',
  ],
  templates: {},
  setupGuide: [
    {
      title: 'أنشئ تطبيقًا خاصًا',
      text: 'افتح HubSpot → Settings → Integrations → Private Apps → Create. سمّه «Patchbay».',
    },
    {
      title: 'اختر صلاحياته',
      text: 'أضف تحت Scopes قراءة جهات الاتصال والصفقات وكتابتها: crm.objects.contacts.read و\u2066.write\u2069، وcrm.objects.deals.read و\u2066.write\u2069.',
    },
    {
      title: 'انسخ الرمز والسر',
      text: 'أنشئ التطبيق، ثم انسخ من صفحته Auth رمز الوصول (access token)، وللإشعارات سر العميل (client secret).',
    },
    {
      title: 'أو: سجّل الدخول عبر OAuth',
      text: 'في تطبيق خاص بك أضف عنوان هذا المركز متبوعًا بالمسار \u2066/oauth/callback\u2069 في redirect URL، وألصق معرّف العميل وسره هنا، ثم اختر «ربط».',
    },
  ],
  webhooks: {
    setup: [
      'افتح HubSpot → Settings → Integrations → Private Apps، ثم تطبيقك، ثم Webhooks (ولسائر التطبيقات: صفحة Webhooks الخاصة بالتطبيق). أدخل عنوان هذا المصدر في target URL.',
      'اشترك في إنشاء جهات الاتصال والصفقات وحذفها وتغيّر خصائصها. يرسل HubSpot معرّفات لا محتويات: فيقرأ المركز السجل، أو تقرؤه أنت.',
      'أضف سر عميل التطبيق إلى الاتصال: فبه يوقّع HubSpot.',
    ],
  },
}
