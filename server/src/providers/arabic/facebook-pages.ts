import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'انشر على صفحتك في Facebook وجدول منشوراتك، واقرأ التعليقات وأجب عنها، واعلم بالجديد منها فورًا.',
  description:
    'ينشر المركز النصوص والروابط والصور والمقاطع على صفحة واحدة، الآن أو لاحقًا، ويقرأ ما عليها مع الإعجابات والمشاركات، ويجيب عن التعليقات ويخفيها، ويستقبل التعليقات والإشارات والرسائل الجديدة.',
  pricingNotes: 'واجهة Graph API مجانية؛ وما يُسمح لها به على الصفحة يتوقف على مراجعة Meta للتطبيق.',
  fields: {
    pageId: {
      label: 'معرّف الصفحة',
      help: 'افتح صفحتك ثم About → Page transparency، أو اسأل Graph API عن \u2066/me/accounts\u2069.',
      rule: 'معرّفات Meta أرقام.',
    },
    pageAccessToken: {
      label: 'رمز الوصول إلى الصفحة',
      help: 'من Graph API: اطلب \u2066/me/accounts\u2069 برمز مستخدم طويل الأمد أو برمز مستخدم نظام. ما يُنشأ بهذه الطريقة لا ينتهي.',
      hint: 'تبدأ رموز Meta بـ EAA.',
    },
    appId: {
      label: 'معرّف التطبيق',
      help: 'افتح تطبيقك في developers.facebook.com ثم App settings → Basic. يلزم لتسجيل الإشعارات.',
      rule: 'معرّفات Meta أرقام.',
    },
    appSecret: {
      label: 'سر التطبيق',
      help: 'افتح تطبيقك في developers.facebook.com ثم App settings → Basic → App secret. يلزم للتحقق من الإشعارات، وحيث يشترط التطبيق إثباتًا مع كل نداء.',
      hint: 'تتكوّن أسرار التطبيقات من 32 خانة من الأرقام والحروف من a إلى f.',
    },
    verifyToken: {
      label: 'رمز التحقق من الإشعارات',
      help: 'أي نص تختاره؛ اكتب النص نفسه في صفحة Meta حيث تُعدّ الإشعارات. لا يفتح شيئًا سوى الجواب عن ذلك السؤال.',
      rule: 'ثمانية حروف أو أرقام أو علامات على الأقل، بلا مسافات.',
    },
    apiVersion: {
      label: 'إصدار Graph API',
      help: 'اتركه كما هو ما لم تطلب منك Meta الانتقال؛ فكل إصدار يدوم نحو سنتين.',
      rule: 'يُكتب الإصدار على صورة v26.0.',
    },
  },
  permissions: {
    pages_manage_posts: 'نشر المنشورات وإزالتها',
    pages_read_engagement: 'فحص الحالة، وقراءة المنشورات والتعليقات',
    pages_manage_metadata: 'تسجيل الإشعارات',
  },
  limits: ['لكل شخص يستخدم التطبيق؛ وللصفحات أكثر'],
  templates: {},
  setupGuide: [
    {
      title: 'أنشئ تطبيقًا',
      text: 'أنشئ تطبيقًا من النوع Business. يعمل في طور التطوير مع صفحات من لهم دور فيه، وتحتاج صفحات غيرهم إلى مراجعة Meta.',
    },
    {
      title: 'احصل على رمز الصفحة',
      text: 'في Business settings → System users عيّن التطبيق والصفحة، وأنشئ رمزًا بالأذونات الثلاثة وpages_show_list، ثم اطلب \u2066/me/accounts\u2069 لتحصل على رمز الصفحة نفسها.',
    },
    {
      title: 'انسخ معرّف التطبيق وسره',
      text: 'تجدهما في App settings → Basic. بهما يسجّل المركز الإشعارات ويُثبت كل نداء.',
    },
  ],
  webhooks: {
    setup: [
      'ينجز المركز كل ذلك بنفسه حين تُملأ حقول معرّف التطبيق وسره ورمز التحقق: اختر «سجّل». للتطبيق عنوان واحد لكل صفحاته.',
      'يدويًا: افتح تطبيقك في developers.facebook.com ثم Webhooks → Page، وألصق عنوان هذا المصدر ورمز التحقق.',
      'اشترك هناك في feed وmention وmessages، وثبّت التطبيق على الصفحة (عبر Graph API: \u2066POST /{page}/subscribed_apps\u2069).',
    ],
  },
}
