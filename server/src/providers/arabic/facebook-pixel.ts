import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'أبلغ Meta بالمشتريات من خادمك، فتُحتسب مرة واحدة مع بكسل المتصفح، وبيانات الأشخاص بصمات فقط.',
  description:
    'يُبلغ المركز Meta من خادمك بالمشتريات وبكل ما يحدث غيرها، فتُنسب النتائج إلى الإعلانات حتى حين يصمت المتصفح. يحمل كل حدث المعرّف الذي يستخدمه بكسل المتصفح، فتحتسب Meta الاثنين مرة واحدة. عناوين البريد وأرقام الهاتف ومعرّفات العملاء تغادر مجزّأة (hashed)، لا مكشوفة أبدًا.',
  pricingNotes:
    'إبلاغ Meta بما يحدث لا يكلّف شيئًا. تضع Meta حدًا بحسب الاستخدام بلا رقم ثابت، وتُرفض الأحداث التي مضى عليها أكثر من سبعة أيام.',
  fields: {
    pixelId: {
      label: 'معرّف البكسل (معرّف مجموعة البيانات)',
      help: 'افتح Events Manager → Data sources، ثم البكسل الخاص بك، ثم Settings → Dataset ID.',
      rule: 'عدد من نحو ستة عشر رقمًا.',
    },
    accessToken: {
      label: 'رمز الوصول',
      help: 'أنشئه في Business settings → Users → System users → Generate token مع ads_management؛ ويجب أن يكون البكسل معيّنًا لذلك المستخدم.',
      hint: 'تبدأ رموز الوصول لدى Meta بـ EAA.',
    },
    testEventCode: {
      label: 'رمز أحداث الاختبار',
      help: 'تجده في Events Manager → Test events. تظهر هناك الأحداث المقصود فحصها فقط، ولا تُحتسب.',
      hint: 'تُكتب رموز أحداث الاختبار على صورة TEST12345.',
    },
    appSecret: {
      label: 'سر التطبيق',
      help: 'افتح تطبيقك في developers.facebook.com ثم App settings → Basic → App secret. يلزم للتحقق من الإشعارات، وحيث يشترط التطبيق إثباتًا مع كل نداء.',
      hint: 'تتكوّن أسرار التطبيقات من 32 خانة من الأرقام والحروف من a إلى f.',
    },
    apiVersion: {
      label: 'إصدار Graph API',
      help: 'اتركه كما هو ما لم تطلب منك Meta الانتقال؛ فكل إصدار يدوم نحو سنتين.',
      rule: 'يُكتب الإصدار على صورة v26.0.',
    },
  },
  permissions: {
    ads_management: 'إبلاغ Meta بما حدث',
    ads_read: 'معرفة كم مرة احتُسبت الأحداث',
  },
  templates: {},
  setupGuide: [
    {
      title: 'اعثر على البكسل',
      text: 'افتح Events Manager → Data sources. أنشئ بكسل (مجموعة بيانات) إن لم يوجد، وانسخ معرّفه.',
    },
    {
      title: 'أنشئ رمزًا',
      text: 'في Business settings → System users عيّن البكسل لمستخدم نظام، وأنشئ رمزًا مع ads_management.',
    },
    {
      title: 'جرّبه',
      text: 'انسخ الرمز من Events Manager → Test events إلى حقله؛ تظهر الأحداث المعلّمة كاختبار هناك خلال دقيقة.',
    },
  ],
}
