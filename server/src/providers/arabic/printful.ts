import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'الطباعة عند الطلب من مصانع Printful نفسها: ملابس ولوحات جدارية وإكسسوارات، تُشحن باسم علامتك التجارية.',
  description:
    'يطبع Printful كل طلب ويغلّفه ويشحنه بعد دفع ثمنه، فلا تحتفظ بمخزون. يقرأ المركز منتجات متجرك في Printful، ويسأل عن أسعار الشحن قبل أن تعد بها العميل، ويسلّم الطلبات: مسودات لا تكلّف شيئًا حتى تُؤكَّد، أو مباشرة إلى الإنتاج.',
  pricingNotes: 'لا رسوم شهرية. تدفع ثمن كل قطعة والشحن عند تأكيد الطلب؛ وتخفض باقة Growth أسعار القطع.',
  fields: {
    apiToken: {
      label: 'الرمز الخاص',
      help: 'في Printful Developer Portal: \u200fYour tokens → Create token. يُعرض مرة واحدة فقط وينتهي في اليوم الذي تختاره هناك.',
      hint: 'تتكوّن رموز Printful من 20 حرفًا ورقمًا على الأقل بلا مسافات.',
    },
    storeId: {
      label: 'معرّف المتجر',
      help: 'فقط لرموز الحساب كله: رقم المتجر المطلوب العمل معه. اتركه فارغًا لرمز متجر واحد.',
      rule: 'معرّف المتجر رقم.',
    },
  },
  permissions: {
    'sync_products/read': 'قراءة منتجات متجرك',
    orders: 'إرسال الطلبات المدفوعة إلى الإنتاج',
    'stores_list/read': 'إظهار المتجر الذي يفتحه هذا الرمز',
  },
  limits: ['لكل رمز؛ ويسمح مولّد النماذج المصوّرة (mockup generator) بأقل'],
  templates: {},
  setupGuide: [
    {
      title: 'أنشئ متجرًا للواجهة',
      text: 'في Printful اختر Stores → Choose platform → Manual order platform / API. لا يمكن بهذه الطريقة قراءة منتجات منصات المتاجر مثل Etsy.',
    },
    {
      title: 'أنشئ رمزًا خاصًا',
      text: 'افتح Developer Portal، واختر Your tokens → Create a token، وحدّد مستوى الوصول «A single store» وأبعد تاريخ انتهاء.',
    },
    {
      title: 'حدّد الأذونات',
      text: 'الإذن View store products لازم. ويتيح View and manage orders للمركز تسليم الطلبات المدفوعة. واترك الباقي.',
    },
    {
      title: 'انسخ الرمز فورًا',
      text: 'لا يعرضه Printful إلا الآن. دوّن تاريخ انتهائه: لا يمكن تمديد الرمز، بل استبداله فقط.',
    },
  ],
  webhooks: {
    secretLabel: 'المفتاح السري',
    secretHelp: 'قيمة `secret_key` في إجابة Printful عند إنشاء خطاف الويب؛ ولا تُعرض إلا حينها.',
    secretHint: 'المفاتيح السرية لدى Printful ست عشرية.',
    setup: [
      'ينجز المركز كل ذلك بنفسه حين يكون للرمز الإذن «webhooks».',
      'يدويًا: أرسل \u2066POST /v2/webhooks\u2069 مع `default_url` (عنوان هذا المصدر) والأحداث المدرجة في صفحة المزوّد. الإصدار 1 من إشعارات Printful غير موقّع فيُرفض.',
      'انسخ `secret_key` من الإجابة وأضفه هنا: لا يعرضه Printful مرة أخرى أبدًا.',
    ],
  },
}
