import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary:
    'أرسل رسائل الطلبات من نطاقك الخاص في الولايات المتحدة أو الاتحاد الأوروبي، وتابع كل رسالة حتى تُسلَّم أو تُفتح أو ترتد.',
  description:
    'يوصل Mailgun الرسائل التي يرسلها متجرك واحدة واحدة ويحفظ سجلًا لكل منها. يرسل المركز بقوالبك، ويستعلم عن مصير كل رسالة، ويسرد العناوين التي ارتدت رسائلها أو اشتكت أو ألغت الاشتراك، ويسجّل الإشعارات بنفسه.',
  pricingNotes:
    'الباقات بحسب عدد الرسائل في الشهر، ولا يضيف المركز أي رسوم. يستخدم الإرسال التجريبي وضع الاختبار في Mailgun، فلا تُسلَّم الرسالة لكنها تُحتسب مثل غيرها. وتتوقف مدة حفظ الأحداث على الباقة.',
  fields: {
    apiKey: {
      label: 'مفتاح API',
      help: 'في Mailgun: \u200fAccount settings → API Security → Add new key. المفتاح الخاص بالإرسال من نطاق واحد (domain sending key) يرسل فقط ولا يكفي.',
      hint: 'تتكوّن مفاتيح Mailgun من 32 خانة ست عشرية، تليها في الغالب مجموعتان من ثماني خانات.',
    },
    domain: {
      label: 'نطاق الإرسال',
      help: 'في Mailgun: \u200fSend → Sending → Domains. اكتب الاسم كما يظهر هناك، مثل mg.your-shop.example.',
      rule: 'اسم نطاق فقط، بدون \u2066https://\u2069 وبدون \u2066@\u2069.',
    },
    fromEmail: { label: 'المرسل', help: 'العنوان الذي تصدر عنه الرسائل، ويكون على نطاق الإرسال.' },
    fromName: { label: 'اسم المرسل', help: 'ما يراه الناس بجانب العنوان.' },
    region: {
      label: 'المنطقة',
      help: 'حيث أُنشئ النطاق: يعرض Mailgun بجانبه US أو EU. ولا يوجد النطاق إلا في منطقة واحدة.',
      options: { us: 'الولايات المتحدة', eu: 'الاتحاد الأوروبي' },
    },
  },
  permissions: {
    Messages: 'إرسال البريد',
    Events: 'معرفة مصير كل رسالة',
    Templates: 'سرد قوالبك',
    Suppressions: 'سرد العناوين المرتدة والتي ألغت الاشتراك',
    Webhooks: 'تسجيل عنوان المصدر تلقائيًا',
  },
  templates: {
    eu: {
      name: 'الاتحاد الأوروبي',
      description: 'نطاق إرسال أُنشئ في المنطقة EU، حيث يبقى بريده.',
    },
  },
  setupGuide: [
    {
      title: 'وثّق نطاقك',
      text: 'اختر Send → Sending → Domains → Add new domain، ثم أضف سجلات DNS التي يعرضها Mailgun. ويصلح النطاق التجريبي (sandbox domain) أيضًا، للمستلمين الذين أذنت لهم.',
    },
    {
      title: 'أنشئ مفتاح API',
      text: 'اختر Account settings → API Security → Add new key، بدور Developer أو Admin.',
    },
    { title: 'انسخ المفتاح فورًا', text: 'لا يعرضه Mailgun إلا الآن. ألصقه هنا مع النطاق ومنطقته.' },
  ],
  webhooks: {
    secretLabel: 'مفتاح توقيع HTTP webhook',
    secretHelp: 'في Mailgun: \u200fAPI Security → HTTP webhook signing key. وهو غير مفتاح API.',
    secretHint: 'تتكوّن مفاتيح التوقيع لدى Mailgun من 32 خانة ست عشرية، وتسبقها في القديم منها key-\u200e.',
    setup: [
      'ينجز المركز كل ذلك بنفسه حين يكون المفتاح مفتاح حساب بدور Admin أو Developer.',
      'افتح في Mailgun: \u200fSend → Sending → Webhooks، واختر نطاقك، ثم Add webhook.',
      'ألصق عنوان هذا المصدر وحدّد الأحداث التي تريدها، واترك «Accepted» دون تحديد.',
      'انسخ HTTP webhook signing key من API Security وأضفه هنا. يوقّع Mailgun وقتًا ورمزًا، لا النص نفسه.',
    ],
  },
}
