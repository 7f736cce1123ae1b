import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'أدخل عملاءك إلى قوائمك في Constant Contact عند الشراء، وضع لهم الوسوم، وأعدّ الحملات وأرسلها.',
  description:
    'يضيف المركز جهات الاتصال إلى قائمة ويبقي بياناتها محدّثة من دون أن يعيد من ألغى اشتراكه، ويضع لها الوسوم، ويعدّ مسودات الحملات ويرسلها الآن أو لاحقًا. يسجّل شخص الدخول لدى Constant Contact مرة واحدة، ثم يحفظ المركز التفويض مختومًا ويجدّده بنفسه.',
  pricingNotes:
    'الباقات بحسب عدد جهات الاتصال؛ وواجهة API جزء من كل باقة، ولا يضيف المركز أي رسوم. لا توجد بيئة تجريبية مجانية، بل مدة تجربة فقط.',
  fields: {
    clientId: {
      label: 'مفتاح API (معرّف العميل)',
      help: 'تجده في app.constantcontact.com → developer portal → My Applications، ثم تطبيقك. وهو ليس سرًا.',
      hint: 'مفاتيح API لدى Constant Contact معرّفات UUID.',
    },
    clientSecret: {
      label: 'سر العميل',
      help: 'في الصفحة نفسها: Generate Client Secret. يُعرض مرة واحدة.',
    },
    listId: {
      label: 'معرّف القائمة',
      help: 'افتح Contacts → Lists ثم قائمتك: هو معرّف UUID في شريط العنوان. تُضاف جهات الاتصال إلى هذه القائمة ما لم تُحدَّد غيرها.',
      hint: 'معرّفات القوائم لدى Constant Contact معرّفات UUID.',
    },
    fromEmail: { label: 'مرسل الحملات', help: 'عنوان موثّق في حسابك. يلزم لإعداد مسودات الحملات.' },
    fromName: { label: 'اسم المرسل', help: 'ما يراه الناس بجانب العنوان.' },
  },
  permissions: {
    account_read: 'معرفة الحساب الذي جرى ربطه',
    contact_data: 'إضافة جهات الاتصال ووسمها وقراءتها',
    campaign_data: 'إعداد مسودات الحملات وإرسالها',
  },
  limits: ['كل طلبات التطبيق', 'كل طلبات التطبيق، حتى منتصف الليل بتوقيت UTC'],
  templates: {},
  setupGuide: [
    {
      title: 'أنشئ تطبيقًا',
      text: 'في بوابة المطوّرين (developer portal) اختر New Application، مع «Authorization Code Flow and Implicit Flow» ورموز تجديد متبدّلة (rotating refresh tokens).',
    },
    {
      title: 'أدخل عنوان الرجوع',
      text: 'ألصق عنوان الرجوع الذي يعرضه Patchbay، ثم أنشئ سر العميل.',
    },
    {
      title: 'اربط',
      text: 'ألصق هنا مفتاح API والسر، ثم سجّل الدخول لدى Constant Contact واسمح بالوصول.',
    },
  ],
}
