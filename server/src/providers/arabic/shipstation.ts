import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'شركات شحن كثيرة عبر حساب واحد: قارن أسعارها، واشترِ ملصقات الشحن، وتابع كل طرد.',
  description:
    'يقف ShipStation بين المتجر وشركات الشحن، بأسعار مخفّضة خاصة به وبحسابات تأتي بها أنت. يقارن المركز أسعار كل شركات الشحن المربوطة، ويشتري ملصقات الشحن ويبطلها، ويتابع الطرود. يُشترى كل ملصق مرة واحدة مهما تكرر الطلب.',
  pricingNotes: 'باقة شهرية بحسب عدد الشحنات؛ وتُدفع قيمة الملصقات عند شرائها، وتردّ شركة الشحن قيمة الملصقات المبطلة.',
  fields: {
    apiKey: {
      label: 'مفتاح API (v2)',
      help: 'في ShipStation: \u200fSettings → Account → API Settings، اختر الإصدار V2، ثم Generate. يبدأ المفتاح التجريبي بـ \u2066TEST_\u2069.',
      hint: 'تتكوّن مفاتيح ShipStation من 40 حرفًا ورقمًا على الأقل؛ وتبدأ المفاتيح التجريبية بـ \u2066TEST_\u2069.',
    },
  },
  permissions: {
    Carriers: 'سؤال شركات الشحن المربوطة عن أسعارها',
    Labels: 'إنشاء ملصقات الشحن ومتابعتها وإلغاؤها',
    Webhooks: 'معرفة أخبار الطرود فورًا',
  },
  limits: ['لكل مفتاح', 'لكل مفتاح تجريبي'],
  templates: {},
  setupGuide: [
    {
      title: 'اربط شركات الشحن',
      text: 'اختر Settings → Shipping → Carriers: يسأل المركز كل الشركات المربوطة هناك عن أسعارها.',
    },
    {
      title: 'أنشئ مفتاحًا',
      text: 'اختر Settings → Account → API Settings، ثم الإصدار V2، ثم Generate API Key. واجهة API جزء من باقة Gold وما فوقها.',
    },
    {
      title: 'ابدأ بالبيئة التجريبية',
      text: 'أنشئ مفتاحًا تجريبيًا أيضًا واستخدمه في اتصال تجريبي: تُوسم ملصقاته بأنها عينات ولا تكلّف شيئًا.',
    },
  ],
  webhooks: {
    setup: [
      'ينجز المركز ذلك بنفسه: فيسجّل عنوان هذا المصدر لأحداث التتبّع.',
      'يدويًا: أرسل \u2066POST /v2/environment/webhooks\u2069 مع الحدث «track» وعنوان هذا المصدر، أو استخدم ShipStation → Settings → Account → API Settings.',
    ],
  },
}
