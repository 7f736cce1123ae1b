import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'طلبات متجرك في Magento أو Adobe Commerce ومنتجاته ومخزونه وعملاؤه.',
  description:
    'يشغّل Magento، ويُعرف أيضًا باسم Adobe Commerce، متاجر كبيرة على مضيف خاص بها. يقرأ المركز الطلبات، والمنتجات مع ما يُختار منها، والعملاء؛ ويرسل الطلبات مع رقم تتبّعها، ويلغي ما لم يُفوتر بعد، ويضبط المخزون. تُسمّى الأصناف بأرقامها (SKU). لا يخبر Magento أحدًا من تلقاء نفسه بما تغيّر: فاقرأ القوائم باستخدام updatedSince.',
  pricingNotes: 'النسخة Magento Open Source مجانية، وAdobe Commerce برخصة. وواجهة API جزء من كلتيهما.',
  fields: {
    storeUrl: {
      label: 'عنوان المتجر',
      help: 'تجده في Magento → Stores → Configuration → General → Web → Base URLs (Secure)، بدون مسار الإدارة.',
      rule: 'اكتب عنوان المتجر على صورة https://shop.example.com، ولا شيء بعده سوى مسار.',
    },
    accessToken: {
      label: 'رمز وصول التكامل',
      help: 'افتح System → Extensions → Integrations، ثم التكامل الخاص بك، ثم Access Token؛ ويُعرض عند تفعيله.',
      hint: 'تتكوّن رموز الوصول من 32 خانة من الأرقام والحروف اللاتينية الصغيرة.',
    },
    storeCode: {
      label: 'واجهة المتجر (Store view)',
      help: 'رمز واجهة المتجر: افتح Stores → Settings → All Stores ثم انقر الواجهة.',
      rule: 'يبدأ الرمز بحرف لاتيني وتتبعه حروف وأرقام والعلامة \u2066_\u2069.',
    },
  },
  permissions: {
    'Magento_Sales::actions_view': 'قراءة الطلبات',
    'Magento_Sales::ship': 'إرسال الطلبات',
    'Magento_Sales::cancel': 'إلغاء الطلبات',
    'Magento_Catalog::products': 'قراءة المنتجات',
    'Magento_InventoryApi::source': 'قراءة المخزون وضبطه',
    'Magento_Customer::customer': 'قراءة العملاء',
  },
  limits: ['لا حد من Magento نفسه؛ بل ما يحتمله المضيف'],
  templates: {},
  setupGuide: [
    {
      title: 'أضف تكاملًا',
      text: 'افتح System → Extensions → Integrations → Add New Integration. سمّه «Patchbay»؛ وتحت API اختر Custom وحدّد Sales وCatalog وCustomers وInventory.',
    },
    {
      title: 'فعّله',
      text: 'احفظ، ثم اختر Activate، وانسخ رمز الوصول (access token) من بين المفاتيح الأربعة التي يعرضها.',
    },
    {
      title: 'اسمح باستخدام الرمز وحده',
      text: 'منذ الإصدار 2.4.4: اضبط Stores → Configuration → Services → OAuth → Consumer Settings → Allow OAuth Access Tokens to be used as standalone Bearer tokens على Yes.',
    },
    {
      title: 'أدخل العنوان والرمز',
      text: 'إن كانت لمتجرك عدة واجهات (store views)، فأدخل رمز الواجهة التي تُعتمد أسعارها.',
    },
  ],
}
