import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'أرسل رسائل الطلبات من نطاقك الخاص بلا تكرار: الطلب المعاد لا يراسل عميلًا مرتين أبدًا.',
  description:
    'يوصل Resend الرسائل التي يرسلها متجرك واحدة واحدة. يرسل المركز بقوالبك، ويمرّر مفتاح عدم التكرار الخاص به فلا يخرج شيء مرتين خلال يوم، ويبيّن مصير كل رسالة، ويسرد العناوين التي لا تصلها رسائل، ويسجّل الإشعارات بنفسه.',
  pricingNotes:
    'مجاني حتى عدد يومي وعدد شهري من الرسائل، ثم باقات بحسب عدد الرسائل في الشهر؛ ولا يضيف المركز أي رسوم. الإرسال التجريبي رسالة إلى عنوان الاختبار لدى Resend وتُحتسب رسالة.',
  fields: {
    apiKey: {
      label: 'مفتاح API',
      help: 'في Resend: \u200fAPI Keys → Create API Key، بوصول كامل (full access). يُعرض مرة واحدة فقط.',
      hint: 'تبدأ مفاتيح Resend بـ \u2066re_\u2069.',
    },
    fromEmail: {
      label: 'المرسل',
      help: 'العنوان الذي تصدر عنه الرسائل، على نطاق يظهر في Resend موثّقًا.',
    },
    fromName: { label: 'اسم المرسل', help: 'ما يراه الناس بجانب العنوان.' },
  },
  permissions: {
    sending_access: 'إرسال البريد',
    full_access: 'متابعة الرسائل والقوالب والعناوين المستبعدة من الإرسال، وتسجيل الإشعارات',
  },
  limits: ['كل مفاتيح الفريق، بالإعداد المعتاد؛ وتسمح بعض الباقات بأكثر'],
  templates: {},
  setupGuide: [
    { title: 'وثّق نطاقك', text: 'اختر Domains → Add Domain، ثم أضف سجلات DNS التي يعرضها Resend.' },
    {
      title: 'أنشئ مفتاحًا',
      text: 'اختر API Keys → Create API Key بوصول كامل (full access). المفتاح الذي يرسل فقط يصلح للإرسال وحده.',
    },
    { title: 'انسخ المفتاح فورًا', text: 'لا يعرضه Resend إلا الآن. ألصقه هنا مع بيانات المرسل.' },
  ],
  webhooks: {
    secretLabel: 'سر التوقيع',
    secretHelp: 'في Resend افتح Webhooks، ثم خطاف الويب الخاص بك، ثم Signing Secret.',
    secretHint: 'تبدأ أسرار التوقيع لدى Resend بـ \u2066whsec_\u2069.',
    setup: [
      'ينجز المركز كل ذلك بنفسه حين يكون للمفتاح وصول كامل (full access).',
      'في Resend افتح Webhooks → Add Webhook وألصق عنوان هذا المصدر.',
      'اختر الأحداث الخاصة بالرسائل؛ ولا حاجة إلى «Sent».',
      'افتح خطاف الويب وانسخ Signing Secret وأضفه هنا.',
    ],
  },
}
