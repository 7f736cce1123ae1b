import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'طلبات متجر WooCommerce على WordPress ومنتجاته ومخزونه وعملاؤه.',
  description:
    'يحوّل WooCommerce موقع WordPress إلى متجر على مضيفك أنت. يقرأ المركز الطلبات، والمنتجات بخياراتها، والعملاء؛ ويعلّم الطلبات بأنها اكتملت مع رقم تتبّعها، ويلغيها، ويضبط المخزون. ويفعل WooCommerce بعض ذلك على طريقته: فإكمال الطلب يرسل بريدًا إلى العميل، وإلغاؤه يعيد الأصناف إلى المخزون.',
  pricingNotes: 'خدمة WooCommerce وواجهة API الخاصة بها مجانيتان؛ وتدفع ثمن الاستضافة والإضافات.',
  fields: {
    storeUrl: {
      label: 'عنوان المتجر',
      help: 'في WordPress: \u200fSettings → General → WordPress Address. ويجب أن يبدأ بـ \u2066https://\u2069.',
      rule: 'اكتب عنوان المتجر على صورة https://shop.example.com، ولا شيء بعده سوى مسار.',
    },
    consumerKey: {
      label: 'مفتاح المستهلك (Consumer key)',
      help: 'في WooCommerce: \u200fSettings → Advanced → REST API → Add key. يُعرض مرة واحدة فقط.',
      hint: 'تبدأ مفاتيح المستهلك بـ \u2066ck_\u2069 وبعدها 40 خانة من الأرقام والحروف.',
    },
    consumerSecret: {
      label: 'سر المستهلك (Consumer secret)',
      help: 'يُعرض بجانب المفتاح، ومرة واحدة فقط.',
      hint: 'تبدأ أسرار المستهلك بـ \u2066cs_\u2069 وبعدها 40 خانة من الأرقام والحروف.',
    },
  },
  permissions: {
    read: 'قراءة الطلبات والمنتجات والمخزون والعملاء',
    write: 'إرسال الطلبات وإلغاؤها، وضبط المخزون، وتسجيل الإشعارات',
  },
  limits: ['لا حد من WooCommerce نفسه؛ بل ما يحتمله مضيف صغير'],
  templates: {},
  setupGuide: [
    {
      title: 'فعّل العناوين المقروءة',
      text: 'في WordPress افتح Settings → Permalinks: اختر أي شيء سوى «Plain»، وإلا تعذّر الوصول إلى واجهة API في مكانها المعتاد.',
    },
    {
      title: 'أضف مفتاحًا',
      text: 'في WooCommerce اختر Settings → Advanced → REST API → Add key. اكتب «Patchbay» في Description، واختر مستخدمًا يحق له إدارة المتجر، واجعل Permissions على Read/Write.',
    },
    {
      title: 'انسخ المفتاح والسر',
      text: 'يُعرض كلاهما مرة واحدة فقط. ألصقهما هنا مع عنوان المتجر.',
    },
    {
      title: 'إن رُفض الدخول',
      text: 'بعض الاستضافات وإضافات الحماية تحذف الترويسة Authorization. اطلب من الاستضافة أن تمرّرها إلى \u2066/wp-json/\u2069.',
    },
  ],
  webhooks: {
    secretLabel: 'سر خطاف الويب',
    secretHelp:
      'في WooCommerce افتح Settings → Advanced → Webhooks، ثم خطاف الويب الخاص بك، ثم Secret. وينشئ المركز سرًا خاصًا به حين يسجّل العنوان.',
    setup: [
      'ينجز المركز كل ذلك بنفسه حين يُسمح للمفتاح بالكتابة.',
      'يدويًا: في WooCommerce افتح Settings → Advanced → Webhooks → Add webhook، مرة لكل موضوع: اجعل Status على Active، وضع عنوان هذا المصدر في Delivery URL، وسرًا عشوائيًا طويلًا في Secret وأضفه هنا أيضًا.',
      'يرسل WooCommerce من مجدول WordPress نفسه: ففي متجر قليل الزيارات بلا مهمة cron حقيقية قد تتأخر الأحداث.',
    ],
  },
}
