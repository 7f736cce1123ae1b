import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'أبلغ Google Analytics بالمشتريات من خادمك مهما حجبت المتصفحات، واقرأ أرقام أي تقرير.',
  description:
    'يُبلغ المركز من خادمك موقعًا (property) في \u2066Google Analytics 4\u2069 بالمشتريات وبكل ما يحدث غيرها، ويفحص الأحداث من دون احتسابها، ويقرأ الأرقام بأي مقياس وبُعد. ولا تغادر عناوين البريد وأرقام الهاتف إلا بصمات مجزّأة.',
  pricingNotes:
    'مجاني؛ وقراءة الأرقام محدودة برموز (tokens) لكل موقع ويوم. تجيب Google عن كل حدث بالنجاح، فلا يكشف ما كانت ستُسقطه إلا الاختبار.',
  fields: {
    measurementId: {
      label: 'معرّف القياس',
      help: 'افتح Google Analytics → Admin → Data streams، ثم دفق الويب الخاص بك، ثم Measurement ID.',
      hint: 'تبدأ معرّفات القياس بـ \u2066G-\u2069.',
    },
    apiSecret: {
      label: 'سر Measurement Protocol API',
      help: 'في الدفق نفسه: Measurement Protocol API secrets → Create. لا تقول Google أبدًا هل هو صحيح: انسخه بعناية.',
      hint: 'تتكوّن أسرار API من نحو 22 حرفًا ورقمًا.',
    },
    propertyId: {
      label: 'معرّف الموقع (Property ID)',
      help: 'افتح Admin → Property details: تجد Property ID في الأعلى إلى اليمين.',
      rule: 'رقم، بدون «\u2066properties/\u2069».',
    },
    clientId: {
      label: 'معرّف عميل OAuth',
      help: 'افتح Google Cloud console → APIs & Services → Credentials، ثم عميل OAuth الخاص بك.',
      hint: 'تنتهي معرّفات العملاء لدى Google بـ \u2066.apps.googleusercontent.com\u2069.',
    },
    clientSecret: {
      label: 'سر عميل OAuth',
      help: 'في الصفحة نفسها، بجانب معرّف العميل.',
      hint: 'تبدأ أسرار العملاء لدى Google بـ \u2066GOCSPX-\u2069.',
    },
    region: {
      label: 'مكان جمع الأحداث',
      help: 'يُبقي الاتحاد الأوروبي ما يصل ضمن حدوده حتى تجري معالجته.',
      options: { global: 'أي مكان', eu: 'الاتحاد الأوروبي' },
    },
  },
  permissions: {
    'https://www.googleapis.com/auth/analytics.readonly': 'قراءة الأرقام، وإثبات أن الموقع لك',
  },
  templates: {
    eu: {
      name: 'الاتحاد الأوروبي',
      description: 'تُجمع الأحداث في الاتحاد الأوروبي، للمتاجر التي وعدت بذلك.',
    },
  },
  setupGuide: [
    {
      title: 'انسخ معرّف الدفق وأنشئ سرًا',
      text: 'افتح Admin → Data streams ثم دفق الويب الخاص بك. انسخ معرّف القياس، ثم اختر Measurement Protocol API secrets → Create.',
    },
    {
      title: 'فعّل واجهة البيانات',
      text: 'في Google Cloud console فعّل «Google Analytics Data API» لمشروعك.',
    },
    {
      title: 'أنشئ عميل OAuth',
      text: 'اختر Credentials → Create credentials → OAuth client ID → Web application. ألصق عنوان الرجوع الذي يعرضه Patchbay.',
    },
    { title: 'اربط', text: 'ألصق كل ذلك هنا، ثم سجّل الدخول بحساب يُسمح له بقراءة الموقع.' },
  ],
}
