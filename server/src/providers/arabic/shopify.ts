import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'طلبات متجرك في Shopify ومنتجاته ومخزونه وعملاؤه، لتنفيذ الطلبات والشحن والمحاسبة.',
  description:
    'في Shopify يشتري العملاء. يقرأ المركز الطلبات ببنودها وعنوان تسليمها، والمنتجات بخياراتها وأسعارها ومخزونها، والعملاء؛ ويعلّم الطلبات بأنها أُرسلت مع رقم تتبّعها، ويلغيها (ولا يُردّ المال بذلك)، ويضبط المخزون. اربط برمز من تطبيقك المخصص، أو بتسجيل الدخول إلى تطبيق عبر OAuth.',
  pricingNotes: 'واجهة API جزء من كل باقة لدى Shopify؛ وتسمح الباقات الأعلى بطلبات أكثر.',
  fields: {
    shop: {
      label: 'نطاق المتجر',
      help: 'عنوان المتجر لدى Shopify نفسه، لا النطاق الذي يراه العملاء. تجده في Shopify admin → Settings → Domains.',
      rule: 'اكتب العنوان الذي ينتهي بـ \u2066.myshopify.com\u2069، بدون \u2066https://\u2069 وبدون مسار.',
    },
    accessToken: {
      label: 'رمز الوصول إلى Admin API',
      help: 'من تطبيقك المخصص. اتركه فارغًا لتسجيل الدخول عبر OAuth بدلًا منه.',
      hint: 'تبدأ رموز الإدارة عادة بـ \u2066shpat_\u2069 وبعدها 32 حرفًا.',
    },
    clientId: {
      label: 'معرّف عميل التطبيق',
      help: 'لطريقة OAuth فقط: في Dev Dashboard افتح تطبيقك، ثم Settings.',
    },
    clientSecret: {
      label: 'سر عميل التطبيق',
      help: 'في الصفحة نفسها. تحتاج إليه طريقة OAuth، وكذلك الإشعارات: فبه يوقّعها Shopify.',
    },
    apiVersion: {
      label: 'إصدار واجهة API',
      help: 'يُصدر Shopify إصدارًا كل ربع سنة ويبقي كلًا منها سنة.',
      rule: 'الإصدار سنة وأحد الأشهر 01 أو 04 أو 07 أو 10.',
    },
  },
  permissions: {
    read_orders: 'قراءة الطلبات، مع «protected customer data» للأسماء والعناوين',
    read_products: 'قراءة المنتجات وخياراتها',
    read_customers: 'قراءة العملاء',
    write_orders: 'إلغاء الطلبات',
    read_merchant_managed_fulfillment_orders: 'معرفة ما بقي إرساله من الطلب',
    write_merchant_managed_fulfillment_orders: 'تعليم الطلبات بأنها أُرسلت',
    read_inventory: 'معرفة تغيّرات المخزون، ومعرفة ما يُحصى منه',
    write_inventory: 'ضبط المخزون',
    read_locations: 'العثور على المكان الذي يُضبط مخزونه',
  },
  limits: ['نقاط كلفة استعلامات GraphQL في الباقة القياسية، ضمن رصيد من 2,000'],
  templates: {},
  setupGuide: [
    {
      title: 'أنشئ تطبيقًا لمتجرك',
      text: 'في Shopify admin اختر Settings → Apps → Develop apps فتُفتح Dev Dashboard. أنشئ تطبيقًا وسمّه «Patchbay».',
    },
    {
      title: 'اختر صلاحياته',
      text: 'أضف read_orders وread_products؛ وللإرسال والإلغاء والمخزون والعملاء أضف أيضًا سائر ما تسرده هذه الصفحة. اطلب protected customer data (الاسم والعنوان والبريد الإلكتروني)، وإلا رُفضت قراءة الطلبات.',
    },
    {
      title: 'إما: ثبّت التطبيق وانسخ الرمز',
      text: 'ثبّت التطبيق على المتجر، واكشف Admin API access token مرة واحدة، وألصقه هنا مع نطاق المتجر.',
    },
    {
      title: 'أو: سجّل الدخول عبر OAuth',
      text: 'أضف عنوان هذا المركز متبوعًا بالمسار \u2066/oauth/callback\u2069 إلى عناوين الرجوع المسموح بها، وألصق معرّف العميل وسره هنا، ثم اختر «ربط».',
    },
  ],
  webhooks: {
    setup: [
      'ينجز المركز ذلك بنفسه لكل موضوع تسمح به صلاحيات الرمز. ويحتاج التحقق إلى سر عميل التطبيق: أضفه إلى الاتصال.',
      'لا يمكن تسجيل موضوعات الخصوصية (customers/data_request وcustomers/redact وshop/redact) عبر واجهة API: في Dev Dashboard افتح تطبيقك، ثم Versions، وأدخل عنوان هذا المصدر تحت Compliance webhooks.',
      'لخطافات الويب المنشأة في إدارة المتجر (Settings → Notifications → Webhooks)، أضف مفتاح التوقيع الظاهر في أسفل تلك الصفحة إلى هذا المصدر.',
    ],
  },
}
