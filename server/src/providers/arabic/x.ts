import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'انشر على X، واقرأ أداء منشوراتك، وأجب عن الردود وأخفها، واعرف الإشارات إليك فورًا.',
  description:
    'ينشر المركز النصوص والروابط باسم الحساب الذي يسجّل الدخول، ويقرأ منشوراته بما نالته من إعجابات وردود ومشاهدات، ويجيب عن الردود ويخفيها، ويستقبل الإشارات والردود والرسائل المباشرة. تتقاضى X ثمن كل نداء: ويقرأ كل فحص للحالة مستخدمًا واحدًا.',
  pricingNotes:
    'الدفع بحسب الاستخدام: نحو 0.015 دولار أمريكي للمنشور، و0.20 دولار للمنشور الذي فيه رابط، و0.005 دولار لقراءة منشور، و0.01 دولار لقراءة مستخدم.',
  fields: {
    clientId: {
      label: 'معرّف العميل لـ \u2066OAuth 2.0\u2069',
      help: 'في console.x.com افتح تطبيقك، ثم \u2066Keys and tokens → OAuth 2.0\u2069.',
    },
    clientSecret: {
      label: 'سر العميل لـ \u2066OAuth 2.0\u2069',
      help: 'بجانب معرّف العميل؛ يُعرض مرة واحدة فقط. يجب أن يكون التطبيق من نوع «Web app»، فهو الذي له سر.',
    },
    apiSecret: {
      label: 'سر API',
      help: 'افتح Keys and tokens → API key and secret (consumer secret). توقّع X إشعاراتها به.',
    },
    userId: {
      label: 'معرّف المستخدم',
      help: 'رقم الحساب؛ يوفّر نداءً مدفوعًا مع كل قائمة منشورات. إن تُرك فارغًا سُئل عنه في كل مرة.',
      rule: 'معرّفات المستخدمين أرقام.',
    },
  },
  permissions: {
    'tweet.write': 'نشر المنشورات وحذفها',
    'tweet.read': 'فحص الحالة وقراءة المنشورات',
  },
  limits: ['منشورات جديدة، لكل شخص', 'قراءات للمستخدم نفسه، لكل شخص'],
  templates: {},
  setupGuide: [
    {
      title: 'أنشئ تطبيقًا',
      text: 'أنشئ تطبيقًا في لوحة X للمطوّرين واشترِ رصيدًا: فكل نداء مدفوع.',
    },
    {
      title: 'أعدّ تسجيل الدخول',
      text: 'افتح User authentication settings: اختر Read and write والنوع «Web app»، واكتب في عنوان الرجوع (callback URL) عنوان هذا المركز متبوعًا بالمسار \u2066/oauth/callback\u2069.',
    },
    {
      title: 'اربط',
      text: 'ألصق معرّف العميل وسره هنا، ثم اختر «ربط» وسجّل الدخول بالحساب الذي سينشر.',
    },
  ],
  webhooks: {
    setup: [
      'املأ سر API في الاتصال: فإن X تسأل العنوان فورًا هل يعرفه.',
      'أرسل برمز bearer الخاص بالتطبيق: \u2066POST https://api.x.com/2/webhooks\u2069 مع عنوان هذا المصدر في `url`؛ ويجب أن يكون https بلا منفذ.',
      'ثم أرسل \u2066POST /2/activity/subscriptions\u2069 لكل من post.mention.create وpost.reply.create وdm.received، ومع كل منها معرّف خطاف الويب و\u2066`filter: { user_id }`\u2069.',
    ],
  },
}
