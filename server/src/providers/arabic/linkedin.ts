import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'انشر النصوص والروابط على صفحة شركتك في LinkedIn، واقرأ منشوراتها، وأجب عن التعليقات.',
  description:
    'ينشر المركز على صفحة واحدة لمؤسسة، ويقرأ ما عليها وتعليقاته، ويجيب عنها، ويستقبل التعليقات والإشارات حيث يمنح LinkedIn الإشعارات. يحتاج التطبيق إلى Community Management API من LinkedIn، وتُمنح عند الطلب.',
  pricingNotes: 'واجهة API مجانية؛ ويقرر LinkedIn بالمراجعة من يُسمح له باستخدامها.',
  fields: {
    clientId: {
      label: 'معرّف العميل',
      help: 'افتح تطبيقك في LinkedIn Developers، ثم Auth.',
      hint: 'تتكوّن معرّفات العملاء من اثنتي عشرة إلى ست عشرة خانة من الحروف اللاتينية الصغيرة والأرقام.',
    },
    clientSecret: { label: 'سر العميل', help: 'في الصفحة نفسها. وبه تُوقَّع الإشعارات أيضًا.' },
    authorUrn: {
      label: 'المؤسسة',
      help: 'اكتب \u2066urn:li:organization:\u2069 ثم الرقم الموجود في عنوان صفحة الإدارة (admin view) لصفحتك.',
      rule: 'تُكتب على صورة urn:li:organization:12345678.',
    },
    apiVersion: {
      label: 'إصدار واجهة API',
      help: 'سنة وشهر. يُبقي LinkedIn الإصدار نحو سنة.',
      rule: 'سنة وشهر، مثل 202610.',
    },
  },
  permissions: {
    w_organization_social: 'النشر والإزالة والإجابة',
    r_organization_social: 'فحص الحالة، وقراءة المنشورات والتعليقات',
  },
  limits: ['غير منشورة؛ تعرض صفحة Analytics في تطبيقك حدود كل واجهة، لكل تطبيق وشخص'],
  templates: {},
  setupGuide: [
    {
      title: 'أنشئ تطبيقًا',
      text: 'أنشئ تطبيقًا لصفحتك واطلب المنتج Community Management API. يجب أن يكون المنتج الوحيد في التطبيق.',
    },
    {
      title: 'أعدّ تسجيل الدخول',
      text: 'في Auth → Authorized redirect URLs أضف عنوان هذا المركز متبوعًا بالمسار \u2066/oauth/callback\u2069.',
    },
    {
      title: 'اربط',
      text: 'ألصق معرّف العميل والسر والمؤسسة هنا، ثم اختر «ربط» وسجّل الدخول بصفتك مديرًا للصفحة. يدوم التفويض 60 يومًا؛ ولا يعطي LinkedIn رموز التجديد إلا لشركاء معتمدين.',
    },
  ],
  webhooks: {
    setup: [
      'افتح تطبيقك في LinkedIn Developers ثم Webhooks، وأضف عنوان هذا المصدر. يسأله LinkedIn فورًا، ثم كل ساعتين، هل يعرف سر العميل.',
      'ثم سجّل اشتراك المؤسسة: \u2066PUT /rest/eventSubscriptions/(developerApplication:…,user:…,entity:…,eventType:ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS)\u2069 مع `webhook`.',
      'الإشعارات جزء من Community Management API التي يمنحها LinkedIn عند الطلب.',
    ],
  },
}
