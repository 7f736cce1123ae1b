import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'أرسل مستجدات الطلبات عبر WhatsApp بقوالب معتمدة، وأجب عملاءك، واعرف ما سُلّم.',
  description:
    'واجهة Cloud API من Meta لخدمة WhatsApp Business. يرسل المركز القوالب في أي وقت، والنصوص والصور والمستندات خلال 24 ساعة من رسالة العميل؛ ويسرد قوالبك ويستقبل الإجابات وتقارير التسليم.',
  pricingNotes: 'تتقاضى Meta ثمن رسائل القوالب المسلّمة بحسب الفئة والبلد؛ والإجابات خلال 24 ساعة مجانية.',
  fields: {
    accessToken: {
      label: 'رمز الوصول',
      help: 'في business.facebook.com افتح Settings → System users، ثم المستخدم الخاص بك، ثم Generate token. أما رمز لوحة التطبيق فينتهي بعد يوم.',
      hint: 'تبدأ رموز Meta بـ EAA.',
    },
    phoneNumberId: {
      label: 'معرّف رقم الهاتف',
      help: 'في developers.facebook.com افتح تطبيقك، ثم WhatsApp → API setup. وهو غير رقم الهاتف نفسه.',
      rule: 'معرّفات Meta أرقام.',
    },
    wabaId: {
      label: 'معرّف حساب WhatsApp Business',
      help: 'في الصفحة نفسها، تحت معرّف رقم الهاتف.',
      rule: 'معرّفات Meta أرقام.',
    },
    appId: {
      label: 'معرّف التطبيق',
      help: 'افتح تطبيقك، ثم App settings → Basic. يميّز تسجيل المركز عن تسجيلات التطبيقات الأخرى.',
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
    whatsapp_business_messaging: 'إرسال الرسائل',
    whatsapp_business_management: 'سرد القوالب وتسجيل الإشعارات',
  },
  limits: ['رسائل لكل رقم', 'رسائل إلى الشخص الواحد'],
  templates: {},
  setupGuide: [
    {
      title: 'أنشئ تطبيقًا',
      text: 'أنشئ تطبيقًا من نوع Business وأضف WhatsApp. يأتي معه رقم اختبار يراسل خمسة أشخاص تختارهم.',
    },
    {
      title: 'أنشئ رمزًا دائمًا',
      text: 'اختر Business settings → System users: امنح أحد مستخدمي النظام حق الوصول إلى التطبيق وإلى حساب WhatsApp، ثم أنشئ رمزًا بكلا الإذنين وبلا انتهاء.',
    },
    {
      title: 'انسخ المعرّفات',
      text: 'تعرض الصفحة WhatsApp → API setup معرّف رقم الهاتف ومعرّف حساب WhatsApp Business؛ وتعرض App settings → Basic سر التطبيق.',
    },
    {
      title: 'اكتب القوالب',
      text: 'بعد مضي 24 ساعة على رسالة العميل لا تُسلَّم إلا القوالب المعتمدة.',
    },
  ],
  webhooks: {
    setup: [
      'يضبط المركز العنوان للحساب: املأ سر التطبيق ورمز التحقق، ثم اختر «سجّل».',
      'يدويًا: في developers.facebook.com افتح تطبيقك، ثم WhatsApp → Configuration → Webhook: ألصق عنوان هذا المصدر ورمز التحقق.',
      'اشترك في الحقل «messages»؛ فهو يأتي بما يكتبه الناس وبمصير رسائلك.',
    ],
  },
}
