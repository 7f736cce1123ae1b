import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary:
    'اقبل البطاقات والمحافظ بالدرهم والريال السعودي وعملات أخرى عبر N-Genius Online، بوابة أكبر شركة لقبول المدفوعات في الخليج.',
  description:
    'تتولى Network International قبول البطاقات للمتاجر في الإمارات والسعودية. يفتح المركز طلبًا، ويسلّم عنوان صفحة الدفع، ويقرأ الطلب من جديد، ويحصّل المبلغ المحجوز أو يفرج عنه، ويردّ الأموال. أما القوائم والنزاعات والمدفوعات المتكررة ففي بوابة N-Genius وحدها. تُفتح لكل عملية جلسة مدتها خمس دقائق، ولا جلسة للطلبات التي تمر عبر الوكيل.',
  pricingNotes:
    'بحسب العقد: نسبة من كل دفعة، وفي أحيان كثيرة رسوم تأسيس ورسوم شهرية. اسأل Network International عن أسعارك.',
  fields: {
    apiKey: {
      label: 'مفتاح API لحساب الخدمة',
      help: 'في بوابة N-Genius: \u200fSettings → Integrations → Service Accounts → New. انسخ المفتاح كما يُعرض تمامًا.',
      hint: 'مفاتيح API لدى N-Genius نصوص طويلة من الحروف والأرقام والعلامات \u2066+\u2069 و\u2066/\u2069 و\u2066=\u2069.',
    },
    outletRef: {
      label: 'مرجع منفذ البيع',
      help: 'في بوابة N-Genius: \u200fSettings → Organisational hierarchy، ثم منفذ البيع الخاص بك، ثم Reference.',
      rule: 'يتكوّن مرجع منفذ البيع من 32 خانة من الأرقام والحروف من a إلى f في خمس مجموعات.',
    },
    region: {
      label: 'المنطقة',
      help: 'حيث فُتح حسابك.',
      options: { uae: 'الإمارات العربية المتحدة وغيرها', ksa: 'المملكة العربية السعودية' },
    },
    realm: {
      label: 'المجال (Realm)',
      help: 'فقط إن زوّدتك به Network International. وإلا فاتركه فارغًا.',
      rule: 'المجال كلمة واحدة.',
    },
  },
  permissions: { 'Outlet access': 'فتح الطلبات في منفذ البيع وقراءتها' },
  templates: {
    'saudi-arabia': {
      name: 'المملكة العربية السعودية',
      description: 'حساب تاجر فُتح في المملكة العربية السعودية، وله مضيفوه.',
    },
  },
  setupGuide: [
    {
      title: 'افتح البوابة',
      text: 'سجّل الدخول إلى البوابة التجريبية للاتصال التجريبي، أو إلى البوابة الحيّة. لا تعمل مفاتيح إحداهما في الأخرى أبدًا.',
    },
    {
      title: 'أنشئ حساب خدمة',
      text: 'اختر Settings → Integrations → Service Accounts → New. سمّه «Patchbay» وانسخ مفتاح API.',
    },
    {
      title: 'انسخ مرجع منفذ البيع',
      text: 'اختر Settings → Organisational hierarchy، وافتح منفذ البيع الذي يبيع عبر الإنترنت، وانسخ مرجعه.',
    },
    {
      title: 'أعدّ الإشعارات',
      text: 'اختر Settings → Integrations → Webhooks: يبيّن المصدر في هذا المركز ما تلصقه هناك.',
    },
  ],
  webhooks: {
    secretLabel: 'قيمة الترويسة',
    secretHelp: 'نص عشوائي طويل من اختيارك. ضعه في البوابة قيمةً للترويسة x-webhook-secret، وأضفه هنا.',
    setup: [
      'افتح في بوابة N-Genius Online: \u200fSettings → Integrations → Webhooks واختر New. وتحتاج بعض الحسابات إلى أن يسمح الدعم الفني بالعنوان أولًا.',
      'ألصق عنوان هذا المصدر. اكتب x-webhook-secret في Header Key، ونصًا عشوائيًا طويلًا في Header Value.',
      'أضف النص نفسه هنا. تُرسل كل رسالة مرة واحدة فقط: فاجعل الطلبات تُراجَع دوريًا أيضًا.',
    ],
  },
}
