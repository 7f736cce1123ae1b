import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'أرسل تأكيدات الطلبات وإشعارات الشحن ورسائل تسجيل الدخول من نطاقك الخاص، مع الإبلاغ بما فُتح وما ارتد.',
  description:
    'يوصل Twilio SendGrid الرسائل التي يرسلها متجرك واحدة واحدة: الإيصالات وإشعارات الشحن وإعادة تعيين كلمات المرور. يرسل المركز بقوالبك، ويحفظ معرّف الرسالة، ويستطيع فحص رسالة من دون تسليمها، ويسرد العناوين التي ارتدت رسائلها أو اشتكت أو ألغت الاشتراك.',
  pricingNotes:
    'باقات مدفوعة بحسب عدد الرسائل في الشهر؛ ولا يضيف المركز أي رسوم. فحص رسالة من دون إرسالها مجاني؛ أما متابعتها بمعرّفها فتحتاج إلى إضافة SendGrid الخاصة بنشاط البريد.',
  fields: {
    apiKey: {
      label: 'مفتاح API',
      help: 'في SendGrid: \u200fSettings → API Keys → Create API Key → Restricted Access.',
      hint: 'تبدأ مفاتيح SendGrid بـ \u2066SG.\u2069 وفيها نقطتان. وما يسمى «API Key ID» ليس هو المفتاح.',
    },
    fromEmail: {
      label: 'المرسل الموثّق',
      help: 'العنوان الذي تصدر عنه الرسائل. يجب توثيق نطاقه، أو العنوان نفسه، في Settings → Sender Authentication.',
    },
    fromName: { label: 'اسم المرسل', help: 'ما يراه الناس بجانب العنوان.' },
    region: {
      label: 'المنطقة',
      help: 'اختر الاتحاد الأوروبي فقط لمفاتيح مستخدم فرعي (subuser) مثبّت على الاتحاد الأوروبي.',
      options: { global: 'عالمي', eu: 'الاتحاد الأوروبي' },
    },
  },
  permissions: {
    'mail.send': 'إرسال البريد',
    'templates.read': 'سرد قوالبك',
    'email_activity.read': 'معرفة مصير كل رسالة، مع الإضافة الخاصة بذلك',
    'suppression.read': 'سرد العناوين المرتدة والتي ألغت الاشتراك',
  },
  limits: ['معظم الطلبات، لكل مفتاح؛ وإرسال البريد يسمح بأكثر من ذلك بكثير'],
  templates: {
    eu: {
      name: 'الاتحاد الأوروبي',
      description: 'مفتاح مستخدم فرعي (subuser) مثبّت على الاتحاد الأوروبي، حيث يُحفظ بريده ويُعالج.',
    },
  },
  setupGuide: [
    {
      title: 'وثّق المرسل',
      text: 'اختر Settings → Sender Authentication. وثّق نطاقك بسجلات DNS التي يعرضها SendGrid؛ ويكفي لأول تجربة عنوان واحد موثّق.',
    },
    {
      title: 'أنشئ مفتاحًا مقيّدًا',
      text: 'اختر Settings → API Keys → Create API Key، ثم Restricted Access. اجعل Mail Send كاملًا، وTemplate Engine للقراءة، وSuppressions للقراءة.',
    },
    { title: 'انسخ المفتاح فورًا', text: 'لا يعرضه SendGrid إلا الآن. ألصقه هنا مع المرسل الموثّق.' },
  ],
  webhooks: {
    secretLabel: 'مفتاح التحقق',
    secretHelp:
      'في SendGrid افتح Settings → Mail Settings → Event Webhooks، ثم خطاف الويب الخاص بك، ثم Signature Verification. وهو مفتاح عام.',
    secretHint: 'تبدأ مفاتيح التحقق لدى SendGrid بـ MFkw.',
    setup: [
      'ينجز المركز كل ذلك بنفسه حين يُسمح للمفتاح بكتابة «Event Notification» ضمن Mail Settings.',
      'في SendGrid افتح Settings → Mail Settings → Event Webhooks → Create new webhook وألصق عنوان هذا المصدر.',
      'حدّد الأحداث التي تريدها؛ واترك «Processed» دون تحديد.',
      'شغّل Signature Verification واحفظ، ثم انسخ مفتاح التحقق وأضفه هنا. تُرفض الأحداث غير الموقّعة.',
    ],
  },
}
