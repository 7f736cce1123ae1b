import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'أبلغ Mixpanel بما يفعله عملاؤك، مرة واحدة لكل حدث مهما تكرر الإرسال، واقرأ الأعداد منه.',
  description:
    'يُبلغ المركز Mixpanel من خادمك بالمشتريات وبكل ما يحدث غيرها، فيُحتسب كل حدث مرة واحدة، ويبقي ملفات العملاء محدّثة، ويقرأ عدد مرات حدوث الأحداث بحسب اليوم وبحسب الخاصية. ولا تغادر عناوين البريد وأرقام الهاتف في الأحداث إلا بصمات مجزّأة.',
  pricingNotes:
    'مجاني حتى عدد معيّن من الأحداث في الشهر، ثم بحسب عدد الأحداث. قراءة الأرقام لا تكلّف شيئًا، وهي محدودة بستين طلبًا في الساعة.',
  fields: {
    serviceAccount: {
      label: 'اسم مستخدم حساب الخدمة',
      help: 'في Mixpanel: \u200fOrganization settings → Service Accounts → Add Service Account، بدور Admin في المشروع.',
    },
    serviceSecret: { label: 'سر حساب الخدمة', help: 'يُعرض مرة واحدة فقط، عند إنشاء حساب الخدمة.' },
    projectId: {
      label: 'معرّف المشروع',
      help: 'تجده في Project settings → Overview → Project ID.',
      rule: 'اكتب رقمًا.',
    },
    projectToken: {
      label: 'رمز المشروع',
      help: 'تجده في Project settings → Overview → Project Token. ليس سرًا: فكل صفحة من صفحاتك تُظهره.',
      hint: 'تتكوّن رموز المشاريع من 32 خانة ست عشرية.',
    },
    region: {
      label: 'مكان حفظ البيانات',
      help: 'تجده في Project settings → Overview → Data Residency.',
      options: { us: 'الولايات المتحدة', eu: 'الاتحاد الأوروبي', in: 'الهند' },
    },
  },
  permissions: {
    Import: 'الإبلاغ بما حدث: يحتاج حساب الخدمة إلى دور Owner أو Admin',
    Query: 'قراءة الأرقام',
  },
  limits: ['قراءة الأرقام؛ والإبلاغ بالأحداث يسمح بأكثر من ذلك بكثير'],
  templates: {
    eu: {
      name: 'الاتحاد الأوروبي',
      description: 'مشروع تُحفظ بياناته في الاتحاد الأوروبي.',
    },
    in: {
      name: 'الهند',
      description: 'مشروع تُحفظ بياناته في الهند.',
    },
  },
  setupGuide: [
    {
      title: 'أنشئ حساب خدمة',
      text: 'اختر Organization settings → Service Accounts → Add Service Account. أعطه دور Admin في المشروع وانسخ سره.',
    },
    {
      title: 'انسخ معرّف المشروع ورمزه',
      text: 'تعرض الصفحة Project settings → Overview كليهما، ومكان حفظ البيانات.',
    },
    {
      title: 'ألصقها هنا',
      text: 'خصّص مشروعًا مستقلًا للاختبارات: فإن Mixpanel يحتسب كل ما يُبلَّغ به.',
    },
  ],
}
