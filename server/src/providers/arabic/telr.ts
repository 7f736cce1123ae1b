import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'اقبل البطاقات وApple Pay والوسائل المحلية بالدرهم والريال السعودي و120 عملة أخرى على صفحة دفع من دبي.',
  description:
    'يفتح Telr صفحة دفع للطلب ثم يعيد الدافع إلى متجرك. يفتح المركز الصفحة، ويسأل عن مصير الطلب قبل شحن أي شيء، ويحصّل المبلغ المحجوز أو يفرج عنه، ويردّ الأموال. بيئة هذا الاتصال هي التي تحدد هل تنتقل أموال فعلًا، فلدى Telr مضيف واحد للبيئتين.',
  pricingNotes: 'رسوم شهرية بحسب الباقة، ونسبة مع جزء ثابت من كل دفعة؛ راجع باقات Telr لبلدك.',
  fields: {
    storeId: {
      label: 'معرّف المتجر',
      help: 'في Telr Merchant Administration: الرقم الظاهر في أعلى الصفحة.',
      rule: 'معرّف المتجر رقم.',
    },
    authKey: {
      label: 'مفتاح المصادقة',
      help: 'في Merchant Administration افتح Integrations → Hosted Payment Page: مفتاح المصادقة. ويجب أن تستخدم Remote API المفتاح نفسه.',
      hint: 'تتكوّن مفاتيح Telr من حروف وأرقام وبضع علامات، بلا مسافات.',
    },
  },
  permissions: {
    'Hosted payment page': 'فتح صفحات الدفع وقراءة الطلبات',
    'Remote API': 'تحصيل المبالغ المحجوزة والإفراج عنها وردّ الأموال',
  },
  templates: {},
  setupGuide: [
    {
      title: 'افتح Merchant Administration',
      text: 'سجّل الدخول لدى Telr. تمر مدفوعات الاختبار والمدفوعات الحيّة بالمتجر نفسه؛ وبيئة هذا الاتصال هي التي تحدد أيهما.',
    },
    {
      title: 'انسخ المتجر والمفتاح',
      text: 'معرّف المتجر في أعلى الصفحة؛ ومفتاح المصادقة تحت Integrations → Hosted Payment Page.',
    },
    {
      title: 'اسمح للمركز',
      text: 'افتح Integrations → Remote API: شغّلها، واسمح بعمليات capture وvoid وrefund، وأضف العنوان الذي يتصل منه هذا المركز إن طلب Telr عنوانًا.',
    },
    {
      title: 'أعدّ إشعار المعاملات',
      text: 'افتح Integrations → Transaction advice: يبيّن المصدر في هذا المركز ما تلصقه هناك.',
    },
  ],
  webhooks: {
    secretLabel: 'المفتاح السري لإشعار المعاملات',
    secretHelp: 'في Telr Merchant Administration افتح Integrations → Transaction advice: المفتاح السري الذي تضعه هناك.',
    setup: [
      'في Telr Merchant Administration افتح Integrations → Transaction advice (وفي الحسابات الأقدم: Security).',
      'ألصق عنوان هذا المصدر، الذي يجب أن يكون على المنفذ 443، وحدّد أنواع المعاملات، وضع مفتاحًا سريًا عشوائيًا طويلًا.',
      'أضف المفتاح نفسه هنا.',
    ],
  },
}
