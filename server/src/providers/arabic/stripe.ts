import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'اقبل البطاقات وApple Pay وGoogle Pay ووسائل الدفع المحلية بأكثر من 135 عملة، ومنها الدرهم الإماراتي.',
  description:
    'يحصّل Stripe من العملاء عبر الإنترنت ويحوّل الأموال إلى حسابك البنكي. ينشئ المركز الدفعات وصفحات الدفع والاشتراكات، ويحصّل المبالغ المحجوزة ويردّ الأموال ويجيب عن النزاعات، ويقرؤها من جديد، فلا يُعدّ الطلب مدفوعًا إلا حين يقول Stripe ذلك. تنتقل أرقام البطاقات من متصفح العميل إلى Stripe ولا تمر بالمركز أبدًا.',
  pricingNotes:
    'لا رسوم شهرية. في الإمارات 2.9% مع 1.00 درهم لكل دفعة ببطاقة محلية، وأكثر من ذلك للبطاقات الدولية وتحويل العملات. راجع عقدك.',
  fields: {
    secretKey: {
      label: 'مفتاح سري أو مقيّد',
      help: 'في Stripe Dashboard: \u200fDevelopers → API keys. المفتاح المقيّد الذي لا يملك إلا الأذونات أدناه أكثر أمانًا من المفتاح السري.',
      hint: 'تبدأ مفاتيح Stripe عادة بـ \u2066sk_test_\u2069 أو \u2066rk_test_\u2069 أو \u2066sk_live_\u2069 أو \u2066rk_live_\u2069. أما المفتاح الذي يبدأ بـ \u2066pk_\u2069 فهو المفتاح القابل للنشر ولا يعمل هنا.',
    },
    account: {
      label: 'الحساب المرتبط',
      help: 'فقط للمنصات التي تعمل نيابة عن حساب Stripe آخر. وإلا فاتركه فارغًا.',
      rule: 'يبدأ معرّف الحساب المرتبط بـ \u2066acct_\u2069.',
    },
  },
  permissions: {
    'Balance: read (rak_balance_read)': 'فحص الحالة',
    'PaymentIntents: write (rak_payment_intent_write)': 'إنشاء الدفعات وقراءتها',
    'Charges and Refunds: write (rak_charge_write)': 'ما حُصّل وما رُدّ ومدى خطورته، وردّ الأموال',
    'Checkout Sessions: write (rak_checkout_session_write)': 'صفحة الدفع لدى Stripe',
    'Disputes: write (rak_dispute_write)': 'قراءة النزاعات والإجابة عنها',
    'Subscriptions: write (rak_subscription_write)': 'الاشتراكات',
    'Customers: write (rak_customer_write)': 'المشتركون بحسب عنوان البريد الإلكتروني',
  },
  limits: ['المفاتيح الحيّة، كل طلبات الحساب', 'المفاتيح التجريبية، كل طلبات الحساب'],
  templates: {},
  setupGuide: [
    {
      title: 'اختر الاختبار أو البيئة الحيّة',
      text: 'في Stripe Dashboard انتقل إلى بيئة تجريبية (sandbox) للاتصال التجريبي، أو ابقَ في حسابك الحيّ للاتصال الحيّ. لا تعمل مفاتيح أحدهما في الآخر أبدًا.',
    },
    {
      title: 'أنشئ مفتاحًا مقيّدًا',
      text: 'اختر Developers → API keys → Create restricted key. سمّه «Patchbay» لتعرفه حين تراجع مفاتيحك.',
    },
    {
      title: 'امنحه أذوناته',
      text: 'اجعل Balance على Read، وPaymentIntents وCharges and Refunds على Write. وبحسب حاجتك اجعل Checkout Sessions وDisputes وCustomers وSubscriptions وWebhook Endpoints على Write. واترك كل ما سواها على None.',
    },
    {
      title: 'انسخ المفتاح فورًا',
      text: 'لا يعرض Stripe المفتاح المقيّد الحيّ إلا عند إنشائه. ألصقه هنا؛ يختمه المركز ولا يعرضه مرة أخرى أبدًا.',
    },
  ],
  webhooks: {
    secretLabel: 'سر التوقيع',
    secretHelp: 'في Stripe Dashboard افتح Developers → Webhooks، ثم الوجهة الخاصة بك، ثم Signing secret → Reveal.',
    secretHint: 'تبدأ أسرار التوقيع لدى Stripe بـ \u2066whsec_\u2069.',
    setup: [
      'يستطيع المركز إنجاز كل ذلك بنفسه حين يكون للمفتاح المقيّد الإذن Webhook Endpoints: write (rak_webhook_write).',
      'في Stripe Dashboard افتح Developers → Webhooks → Add endpoint (في بيئة تجريبية للاتصال التجريبي).',
      'ألصق عنوان هذا المصدر، واختر إصدار واجهة API \u20662026-10-28.endive\u2069 والأحداث المدرجة في صفحة المزوّد.',
      'افتح الوجهة الجديدة، واكشف سر توقيعها، وأضفه هنا.',
    ],
  },
}
