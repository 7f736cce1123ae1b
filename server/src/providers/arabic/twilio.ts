import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'أرسل رسائل SMS وWhatsApp عن الطلبات والتوصيل، واعرف متى تصل وبماذا يجيب الناس.',
  description:
    'ينقل Twilio الرسائل القصيرة: تأكيدات الطلبات ومواعيد التوصيل والرموز التي تُستخدم مرة واحدة. يرسل المركز عبر SMS أو WhatsApp نصًا أو بقالب، ويقرأ أين وصلت الرسالة، ويسحب ما جُدول إرساله، ويستقبل الإجابات. لا تقبل بيانات الاعتماد التجريبية (test credentials) لدى Twilio رسائل إلا إلى أرقامه السحرية (magic numbers) وترفض معظم القراءة؛ والحساب التجريبي (trial account) طريقة أفضل للتجربة.',
  pricingNotes: 'كل جزء من كل رسالة بثمن، بحسب البلد والقناة؛ وللأرقام رسوم شهرية.',
  fields: {
    accountSid: {
      label: 'معرّف الحساب (Account SID)',
      help: 'تجده في Twilio Console → Account info.',
      rule: 'يبدأ Account SID بـ AC وبعده 32 خانة من الأرقام والحروف.',
    },
    authToken: {
      label: 'رمز المصادقة (Auth token)',
      help: 'بجانب Account SID. يوقّع Twilio إشعاراته به، فهو لازم حتى مع مفتاح API.',
      hint: 'يتكوّن رمز المصادقة من 32 خانة من الأرقام والحروف من a إلى f.',
    },
    apiKeySid: {
      label: 'معرّف مفتاح API \u200f(SID)',
      help: 'تجده في Account → API keys & tokens. إن وُجد مفتاح أجرى المركز نداءاته به بدلًا من رمز المصادقة.',
      hint: 'تبدأ مفاتيح API بـ SK.',
    },
    apiKeySecret: { label: 'سر مفتاح API', help: 'يُعرض مرة واحدة فقط، عند إنشاء المفتاح.' },
    from: {
      label: 'المرسل',
      help: 'أحد أرقامك لدى Twilio، أو \u2066whatsapp:\u2069 يليه رقم، أو خدمة مراسلة \u2066(MG…)\u2069، أو اسم حيث يسمح البلد بذلك.',
      hint: 'رقم يسبقه \u2066+\u2069، أو \u2066whatsapp:+number\u2069، أو \u2066MG…\u2069، أو اسم من أحد عشر حرفًا على الأكثر.',
    },
    region: {
      label: 'المنطقة',
      help: 'فقط لبيانات الاعتماد المنشأة في أيرلندا أو أستراليا.',
      options: { us1: 'الولايات المتحدة', ie1: 'أيرلندا', au1: 'أستراليا' },
    },
  },
  permissions: {
    '/twilio/messaging/messages/create': 'إرسال الرسائل',
    '/twilio/messaging/messages/read': 'فحص الحالة، ومعرفة أين وصلت الرسالة',
  },
  limits: ['رسائل لكل رقم طويل إلى الولايات المتحدة؛ ويضع Twilio الباقي في الطابور'],
  templates: {
    ireland: {
      name: 'أيرلندا',
      description: 'بيانات اعتماد أُنشئت في منطقة أيرلندا (IE1)، للبيانات التي تبقى في أوروبا.',
    },
    australia: {
      name: 'أستراليا',
      description: 'بيانات اعتماد أُنشئت في منطقة أستراليا (AU1).',
    },
    'whatsapp-sandbox': {
      name: 'تجربة WhatsApp',
      description: 'يرسل من الرقم الذي تتيحه Twilio للجميع لتجربة WhatsApp، إلى من انضم إلى بيئتك التجريبية.',
    },
  },
  setupGuide: [
    {
      title: 'احصل على مرسل',
      text: 'اشترِ رقمًا، أو أنشئ خدمة مراسلة. تحقّق مما تشترطه البلدان التي ترسل إليها: فكثير منها يطلب تسجيل الأسماء أو الأرقام أولًا.',
    },
    {
      title: 'انسخ المعرّف والرمز',
      text: 'تعرض الصفحة Console → Account info معرّف الحساب ورمز المصادقة. ألصقهما هنا مع المرسل.',
    },
    {
      title: 'استخدم مفتاح API',
      text: 'هو أفضل من الرمز للنداءات: اختر Account → API keys → Create، مقيّدًا بـ Messaging. ويمكن إلغاؤه وحده.',
    },
  ],
  webhooks: {
    setup: [
      'يضبط المركز العنوان لدى مرسل الاتصال: اختر «سجّل».',
      'يدويًا: في Twilio Console افتح Phone Numbers، ثم رقمك، ثم Messaging → A message comes in: ألصق عنوان هذا المصدر، واختر HTTP POST.',
      'تأتي تقارير التسليم لخدمة المراسلة: افتح Messaging → Services، ثم خدمتك، ثم Integration → Delivery status callback.',
      'يوقّع Twilio برمز المصادقة الأساسي للحساب: أبقِ الرمز المحفوظ في الاتصال محدّثًا.',
    ],
  },
}
