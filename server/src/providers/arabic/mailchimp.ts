import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'أدخل عملاءك إلى جمهورك في Mailchimp عند الشراء، وضع لهم الوسوم، وأعدّ الحملات وأرسلها.',
  description:
    'يضيف المركز المشتركين إلى جمهور في Mailchimp ويبقي بياناتهم محدّثة من دون أن يعيد أبدًا من ألغى اشتراكه، ويضع لهم الوسوم، ويسردهم، ويعدّ مسودات الحملات، ويرسلها الآن أو لاحقًا، ويُعلمك بمن يشترك ومن يغادر عبر إشعارات موقّعة.',
  pricingNotes:
    'الباقات بحسب عدد جهات الاتصال والرسائل، ولا تُحتسب جهات الاتصال المؤرشفة. واجهة API جزء من كل باقة، ولا يضيف المركز أي رسوم. عشرة طلبات في الوقت نفسه لكل مفتاح كحد أقصى.',
  fields: {
    apiKey: {
      label: 'مفتاح API',
      help: 'في Mailchimp افتح ملفك الشخصي، ثم Extras → API keys → Create A Key. يُعرض مرة واحدة فقط.',
      hint: 'تتكوّن مفاتيح Mailchimp من 32 خانة ست عشرية ثم شرطة ثم مركز البيانات، مثل us6.',
    },
    dataCenter: {
      label: 'مركز البيانات',
      help: 'ما يأتي بعد الشرطة في مفتاح API، وقبل \u200e.admin.mailchimp.com في شريط العنوان.',
      rule: 'بضعة أحرف لاتينية ورقم، مثل us6.',
    },
    audienceId: {
      label: 'معرّف الجمهور',
      help: 'في Mailchimp: \u200fAudience → Manage audience → Settings → Audience name and defaults → Audience ID. يلزم للإشعارات.',
      hint: 'تتكوّن معرّفات الجمهور من عشر خانات ست عشرية.',
    },
    fromEmail: {
      label: 'مرسل الحملات',
      help: 'عنوان تحقّق Mailchimp من نطاقه. يلزم لإعداد مسودات الحملات.',
    },
    fromName: { label: 'اسم المرسل', help: 'ما يراه الناس بجانب العنوان.' },
  },
  permissions: {
    Audiences: 'إضافة المشتركين وقراءة بياناتهم',
    Campaigns: 'إعداد مسودات الحملات وإرسالها',
  },
  templates: {},
  setupGuide: [
    {
      title: 'أنشئ مفتاح API',
      text: 'افتح ملفك الشخصي، ثم Extras → API keys → Create A Key. يستطيع المفتاح ما يستطيعه مستخدمه: يلزم دور Author على الأقل، ودور Manager للجماهير.',
    },
    {
      title: 'دوّن مركز البيانات',
      text: 'الجزء الذي يأتي بعد الشرطة في المفتاح، مثل us6، له حقل خاص به.',
    },
    {
      title: 'انسخ معرّف الجمهور',
      text: 'تجده في Audience → Manage audience → Settings. يُضاف المشتركون إلى هذا الجمهور ما لم يُحدَّد غيره.',
    },
  ],
  webhooks: {
    secretLabel: 'سر التوقيع',
    secretHelp: 'يُعرض مرة واحدة فقط، عند إنشاء خطاف الويب. ويحفظه المركز بنفسه حين يسجّل هو خطاف الويب.',
    setup: [
      'ينجز المركز كل ذلك بنفسه لجمهور الاتصال.',
      'افتح في Mailchimp: \u200fAudience → Manage audience → Settings → Webhooks → Create New Webhook.',
      'ألصق عنوان هذا المصدر؛ ويسأله Mailchimp مرة واحدة للتأكد من وجوده.',
      'حدّد الأحداث والجهات التي تريدها، واحفظ، ثم انسخ سر التوقيع وأضفه هنا. تُرفض الإشعارات غير الموقّعة.',
    ],
  },
}
