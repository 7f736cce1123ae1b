import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'عملاء متجرك وفواتيره ومدفوعاته ومصروفاته في FreshBooks.',
  description:
    'يُصدر FreshBooks الفواتير للعاملين لحسابهم وللشركات الصغيرة. يضيف المركز العملاء بحسب عناوين بريدهم الإلكتروني، ويكتب الفواتير ويرسلها بالبريد ويزيلها، ويقيّد ما دُفع، ويقيّد ما صُرف ضمن تصنيفاتك. تُسمّى الضرائب كما في FreshBooks، والبند الذي لا ضريبة له يُفوتر بلا ضريبة. لا توجد بيئة تجريبية: جرّبه على نشاط تجاري في مدة التجربة.',
  pricingNotes: 'واجهة API جزء من كل باقة؛ وFreshBooks نفسه اشتراك شهري بحسب عدد العملاء.',
  fields: {
    clientId: { label: 'معرّف العميل', help: 'افتح تطبيقك في FreshBooks → Settings → Developer Portal.' },
    clientSecret: { label: 'سر العميل', help: 'في الصفحة نفسها.' },
    accountId: {
      label: 'معرّف الحساب',
      help: 'حروف وأرقام تسمّي بها واجهة API نشاطك. أدخل أي قيمة، وشغّل اختبار الاتصال بعد تسجيل الدخول، ثم خذ المعرّف الذي يسرده.',
      rule: 'يتكوّن معرّف الحساب من حروف لاتينية وأرقام.',
    },
  },
  permissions: {
    'user:profile:read': 'العثور على حسابك',
    'user:clients:read': 'قراءة العملاء',
    'user:clients:write': 'إضافة العملاء وتغيير بياناتهم',
    'user:invoices:read': 'قراءة الفواتير',
    'user:invoices:write': 'كتابة الفواتير وإرسالها بالبريد وإزالتها',
    'user:payments:read': 'العثور على المدفوعات',
    'user:payments:write': 'تقييد المدفوعات',
    'user:expenses:read': 'قراءة المصروفات',
    'user:expenses:write': 'تقييد المصروفات',
  },
  limits: ['لا يعلن FreshBooks حدوده؛ وهذا تقدير حذر'],
  templates: {},
  setupGuide: [
    {
      title: 'أنشئ تطبيقًا',
      text: 'افتح FreshBooks → Settings → Developer Portal → Create an app. أضف عنوان هذا المركز متبوعًا بالمسار \u2066/oauth/callback\u2069 في redirect URI؛ ويشترط FreshBooks أن يبدأ بـ https.',
    },
    {
      title: 'اختر صلاحياته',
      text: 'أضف user:profile:read، وصلاحيات القراءة والكتابة للعملاء (clients) والفواتير (invoices) والمدفوعات (payments) والمصروفات (expenses).',
    },
    { title: 'انسخ المعرّف والسر', text: 'ألصقهما هنا مع معرّف الحساب، ثم اختر «ربط».' },
    { title: 'إن كان الحساب غير المقصود', text: 'يسرد اختبار الاتصال الحسابات التي يفتحها تسجيل الدخول.' },
  ],
  webhooks: {
    secretLabel: 'رمز التحقق (Verifier)',
    secretHelp:
      'يرسله FreshBooks إلى هذا العنوان عند إنشاء callback: يعرض المصدر ذلك الطلب بين ما تعذّر التحقق منه، وفيه الحقل «verifier».',
    setup: [
      'أنشئ callback لكل حدث بالطلب \u2066POST /events/account/{account id}/events/callbacks\u2069 والمتن \u2066{"callback": {"event": "invoice.create", "uri": …}}\u2069، وقيمة uri هي عنوان هذا المصدر.',
      'يرسل FreshBooks بعدها رمز verifier إلى هذا العنوان. انسخه من الطلب الذي لم يستطع المصدر التحقق منه، وأضفه إلى هذا المصدر سرًا له.',
      'أكّد بالطلب \u2066PUT /events/account/{account id}/events/callbacks/{callback id}\u2069 والمتن \u2066{"callback": {"verifier": …}}\u2069. لكل callback رمز verifier خاص به: أضفها كلها.',
    ],
  },
}
