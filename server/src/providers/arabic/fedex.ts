import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'طرود سريعة وبرية حول العالم: الأسعار، والملصقات مع البيانات الجمركية، والتتبّع، والتحقق من العناوين.',
  description:
    'تنقل FedEx الطرود جوًا حول العالم وبرًا في أمريكا الشمالية وأوروبا. يسأل المركز عن الأسعار قبل إتمام الشراء، وينشئ الملصقات مع البيان الجمركي ويلغيها، ويتحقق من العناوين، ويتابع الطرود حتى الباب؛ ومع Advanced Integrated Visibility ترسل FedEx كل مسح للطرد فور حدوثه. ومشروع Track ذو المفاتيح الخاصة به اتصال ثانٍ.',
  pricingNotes:
    'واجهات API مجانية؛ والطرود بحسب العقد والوزن والوجهة. أما الإشعارات الفورية (Advanced Integrated Visibility) فتكلفتها بحسب عدد الطرود، وتحتاج إلى حساب يُفوتر في الولايات المتحدة.',
  fields: {
    apiKey: {
      label: 'مفتاح API',
      help: 'افتح مشروعك في FedEx Developer Portal → My Projects، ثم Test Key أو Production Key: تجده باسم «API Key».',
      hint: 'تبدأ مفاتيح API لدى FedEx بـ l7 وتتكوّن من 34 خانة.',
    },
    secretKey: {
      label: 'المفتاح السري',
      help: 'في الصفحة نفسها. تعرضه FedEx مرة واحدة؛ وينشئ «Regenerate» مفتاحًا جديدًا.',
    },
    accountNumber: {
      label: 'رقم الحساب',
      help: 'تسعة أرقام؛ وللاتصال التجريبي استخدم حساب الاختبار من علامة التبويب Test Key في المشروع.',
      hint: 'تتكوّن أرقام حسابات FedEx من تسعة أرقام.',
    },
  },
  permissions: {
    'Track API': 'متابعة طرودك',
    'Rates and Transit Times API': 'السؤال عن أسعار الشحن',
    'Ship API': 'إنشاء الملصقات وإلغاؤها',
    'Address Validation API': 'التحقق من العناوين',
  },
  limits: ['لكل مشروع', 'واجهة Track API، لكل مؤسسة ويوم', 'لكل عنوان يُرسل منه؛ وما زاد يُحجب عشر دقائق'],
  templates: {},
  setupGuide: [
    {
      title: 'أنشئ مشروعًا',
      text: 'سجّل الدخول إلى Developer Portal، واختر Create API Project، ثم اختر واجهات Ship وRate وTrack وAddress Validation، واقبل الاتفاقيات.',
    },
    {
      title: 'انسخ مفتاح الاختبار',
      text: 'تجد في علامة التبويب Test Key مفتاح API والمفتاح السري ورقم حساب للاختبار. أنشئ بها اتصالًا تجريبيًا.',
    },
    {
      title: 'انتقل إلى البيئة الحيّة',
      text: 'أضف حسابك وانقل المشروع إلى production؛ ثم انسخ مفتاح production إلى اتصال حيّ. وتحتاج الملصقات أولًا إلى موافقة FedEx على عينات مطبوعة.',
    },
  ],
  webhooks: {
    secretLabel: 'رمز الأمان (Security token)',
    secretHelp: 'الرمز الذي أعطيته لمشروع الإشعارات في FedEx Developer Portal.',
    setup: [
      'افتح FedEx Developer Portal → My Projects → Webhooks → Create واختر Advanced Integrated Visibility. تحتاج هذه الخدمة إلى حساب FedEx من تسعة أرقام يُفوتر في الولايات المتحدة، وتكلفتها بحسب عدد الطرود.',
      'ألصق عنوان هذا المصدر في destination URL: يبدأ بـ https، ولا يزيد على 200 حرف، وفيه اسم لا عنوان IP.',
      'اختر رمز أمان طويلًا عشوائيًا، واحفظه هناك، وألصق الرمز نفسه هنا.',
    ],
  },
}
