import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'انشر الصور والمنشورات المتعددة ومقاطع Reels على حسابك في Instagram، واقرأ التعليقات وأجب عنها.',
  description:
    'ينشر المركز على حساب احترافي واحد، ويقرأ منشوراته مع الإعجابات والتعليقات، ويجيب عن التعليقات ويخفيها، ويستقبل التعليقات والإشارات والرسائل الجديدة. يجب أن تكون الصور بصيغة JPEG على عنوان https عام؛ فمنه يجلبها Instagram. أما المقاطع فتستغرق وقتًا: تكون حالتها أولًا PROCESSING.',
  pricingNotes: 'واجهة Graph API مجانية؛ ولا يُنشر عبرها أكثر من 100 منشور في 24 ساعة.',
  fields: {
    igUserId: {
      label: 'معرّف حساب Instagram',
      help: 'افتح تطبيقك ثم Instagram → API setup، أو اسأل Graph API عن \u2066/{page}?fields=instagram_business_account\u2069.',
      rule: 'معرّفات Meta أرقام.',
    },
    accessToken: {
      label: 'رمز الوصول',
      help: 'رمز طويل الأمد: من Instagram → API setup → Generate token (60 يومًا)، أو رمز مستخدم نظام من Business settings، وهو لا ينتهي.',
      hint: 'تبدأ الرموز بـ IG (تسجيل الدخول عبر Instagram) أو EAA (عبر Facebook).',
    },
    signIn: {
      label: 'مصدر الرمز',
      help: 'الرموز التي تبدأ بـ EAA من Facebook.',
      options: { facebook: 'من Facebook \u2066(EAA…)\u2069', instagram: 'من Instagram \u2066(IG…)\u2069' },
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
    instagram_business_content_publish: 'نشر المنشورات',
    instagram_business_basic: 'فحص الحالة وقراءة المنشورات',
    instagram_business_manage_comments: 'قراءة التعليقات والإجابة عنها وإخفاؤها',
  },
  limits: ['المنشورات المنشورة، لكل حساب'],
  templates: {
    'instagram-sign-in': {
      name: 'تسجيل الدخول عبر Instagram',
      description: 'حساب بلا صفحة على Facebook، ويبدأ رمزه بـ IG.',
    },
  },
  setupGuide: [
    {
      title: 'حوّل الحساب إلى احترافي',
      text: 'افتح Instagram → Settings → Account type واختر Business أو Creator. ولتسجيل الدخول عبر Facebook اربطه بصفحتك.',
    },
    {
      title: 'أنشئ تطبيقًا',
      text: 'أنشئ تطبيقًا من النوع Business وأضف إليه Instagram. يعمل في طور التطوير مع حسابات من لهم دور فيه.',
    },
    {
      title: 'احصل على رمز دائم',
      text: 'الأفضل رمز مستخدم نظام من Business settings مع instagram_basic وinstagram_content_publish وinstagram_manage_comments. أما الرمز من صفحة Instagram نفسه فينتهي بعد 60 يومًا.',
    },
  ],
  webhooks: {
    setup: [
      'افتح تطبيقك في developers.facebook.com ثم Instagram → Webhooks، وألصق عنوان هذا المصدر ورمز التحقق الموجود في الاتصال.',
      'اشترك هناك في comments وmentions وmessages.',
      'فعّل الحساب: Instagram → API setup → Webhook subscription، أو الطلب \u2066POST /{account}/subscribed_apps\u2069.',
      'سر التطبيق: للتطبيقات التي تسجّل الدخول عبر Instagram هو Instagram app secret في الصفحة نفسها.',
    ],
  },
}
