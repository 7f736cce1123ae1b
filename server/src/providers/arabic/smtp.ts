import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'البريد عبر أي خادم: صندوق البريد الذي لديك، أو خادم شركتك، أو خادم التقاط على جهاز مطوّر.',
  description:
    'كل صندوق بريد يستطيع الإرسال عبر SMTP. يسجّل المركز الدخول، ويسلّم الرسالة، ويحفظ ما قاله الخادم. أما مصير الرسالة بعد ذلك فلا يخبر به أي خادم: استخدم SendGrid أو Mailgun أو Resend حيث يهمك التسليم والارتداد والفتح.',
  pricingNotes: 'جزء من صندوق البريد؛ ويسمح معظم المزوّدين ببضع مئات من الرسائل في اليوم.',
  fields: {
    host: {
      label: 'المضيف',
      help: 'خادم البريد الصادر لدى مزوّد بريدك، مثل smtp.office365.com.',
      rule: 'اسم مضيف، بدون \u2066smtp://\u2069 وبدون منفذ.',
    },
    port: {
      label: 'المنفذ',
      help: 'المنفذ 587 مع STARTTLS، والمنفذ 465 مع TLS منذ البايت الأول.',
      rule: 'رقم منفذ، مثل 587.',
    },
    security: {
      label: 'التشفير',
      help: 'بدون تشفير لا يُرسل اسم مستخدم؛ وذلك لخادم التقاط داخل شبكتك فقط.',
      options: { starttls: 'تشفير STARTTLS (المنفذ 587)', tls: 'تشفير TLS (المنفذ 465)', none: 'بدون تشفير' },
    },
    username: { label: 'اسم المستخدم', help: 'العنوان الكامل في العادة.' },
    password: { label: 'كلمة المرور', help: 'كلمة مرور تطبيق إن كان لصندوق البريد تسجيل دخول بخطوتين.' },
    fromEmail: { label: 'عنوان المرسل', help: 'من تصدر عنه الرسائل.' },
    fromName: { label: 'اسم المرسل', help: 'الاسم بجانب ذلك العنوان.' },
  },
  permissions: { 'SMTP AUTH': 'تسجيل الدخول باسم المستخدم وكلمة المرور' },
  templates: {
    gmail: {
      name: 'بريد Gmail أو Google Workspace',
      description: 'صندوق بريد لدى Google، بكلمة مرور تطبيق بدل كلمة المرور المعتادة.',
    },
    'microsoft-365': {
      name: 'بريد \u2066Microsoft 365\u2069',
      description: 'صندوق بريد لشركة أو مدرسة لدى Microsoft، فُعّل له «Authenticated SMTP».',
    },
    zoho: {
      name: 'بريد Zoho Mail',
      description: 'صندوق بريد مدفوع لنطاقك؛ وإن كنت تسجّل الدخول في zoho.eu أو zoho.in فللمضيف النهاية نفسها.',
    },
    'amazon-ses-frankfurt': {
      name: 'خدمة Amazon SES في فرانكفورت',
      description: 'بيانات اعتماد SMTP أُنشئت في eu-central-1؛ ولا يختلف مضيف منطقة أخرى إلا باسمها.',
    },
    'amazon-ses-bahrain': {
      name: 'خدمة Amazon SES في البحرين',
      description: 'بيانات اعتماد SMTP أُنشئت في me-south-1، أقرب منطقة إلى متاجر الخليج.',
    },
  },
  setupGuide: [
    {
      title: 'اعثر على خادم البريد الصادر',
      text: 'تذكر صفحة المساعدة لدى مزوّد بريدك المضيف والمنفذ والتشفير تحت «SMTP» أو «برامج بريد أخرى».',
    },
    {
      title: 'اسمح بتسجيل الدخول',
      text: 'صناديق البريد ذات تسجيل الدخول بخطوتين تتطلب كلمة مرور تطبيق؛ ويتطلب \u2066Microsoft 365\u2069 أيضًا تفعيل «Authenticated SMTP» لصندوق البريد.',
    },
    { title: 'أرسل رسالة إلى نفسك', text: 'اختبر الاتصال، ثم أرسل رسالة إلى عنوانك.' },
  ],
}
