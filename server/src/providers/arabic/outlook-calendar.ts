import type { ProviderWords } from '@patchbay/schema/catalog.ts'

export const arabic: ProviderWords = {
  summary: 'اقرأ المواعيد في تقويم Outlook أو \u2066Microsoft 365\u2069 وأضفها وانقلها إلى جانب طلباتك.',
  description:
    'يقرأ المركز تقويمًا واحدًا من Outlook، ويضيف إليه المواعيد ويغيّرها ويزيلها، ويخبرك متى يكون التقويم خاليًا. يسجّل شخص الدخول لدى Microsoft مرة واحدة ويوافق، ثم يحفظ المركز التفويض مختومًا ويجدّده بنفسه. يراسل Outlook كل من دُعي ويُعلمه بالتغييرات، ولا يمكن إيقاف ذلك.',
  pricingNotes: 'مجاني ضمن حدود Microsoft؛ والتقويم يأتي مع أي حساب Microsoft أو أي باقة من \u2066Microsoft 365\u2069.',
  fields: {
    clientId: {
      label: 'معرّف التطبيق (العميل)',
      help: 'في Microsoft Entra admin center افتح App registrations، ثم تطبيقك، ثم Overview.',
      hint: 'معرّفات التطبيقات على صورة UUID.',
    },
    clientSecret: {
      label: 'سر العميل',
      help: 'افتح تطبيقك، ثم Certificates & secrets → New client secret. انسخ القيمة (Value) لا معرّف السر (Secret ID)؛ تُعرض مرة واحدة فقط وتنتهي بعد سنتين على الأكثر.',
    },
    tenantId: {
      label: 'الدليل (المستأجر)',
      help: 'اكتب «common» للجميع، أو «organizations» لحسابات العمل، أو معرّف دليلك إن كان التطبيق لمؤسستك وحدها.',
      rule: 'اكتب common أو organizations أو consumers أو معرّف دليل أو نطاقه.',
    },
    calendarId: {
      label: 'التقويم',
      help: 'اكتب «primary» للتقويم الرئيسي لمن يسجّل الدخول، أو معرّفًا من قائمة التقاويم.',
    },
  },
  permissions: {
    'Calendars.ReadWrite': 'قراءة المواعيد وإضافتها وتغييرها وإزالتها',
    'User.Read': 'إظهار صاحب التقويم',
  },
  limits: ['لكل تطبيق وصندوق بريد', 'طلبات في الوقت نفسه، لكل تطبيق وصندوق بريد'],
  templates: {
    work: {
      name: 'العمل أو الدراسة',
      description: 'لمن يسجّل الدخول حساب شركة أو مدرسة؛ وتُرفض الحسابات الشخصية.',
    },
    personal: {
      name: 'حساب Outlook.com',
      description: 'لمن يسجّل الدخول حساب Microsoft شخصي؛ وتُرفض حسابات الشركات.',
    },
  },
  setupGuide: [
    {
      title: 'سجّل تطبيقًا',
      text: 'في Microsoft Entra admin center اختر App registrations → New registration. حدّد من يحق له تسجيل الدخول، واختر «Web» لعنوان الرجوع (redirect URI) واكتب عنوان هذا المركز متبوعًا بالمسار \u2066/oauth/callback\u2069.',
    },
    {
      title: 'امنحه الأذونات',
      text: 'اختر API permissions → Add → Microsoft Graph → Delegated، ثم Calendars.ReadWrite وUser.Read وoffline_access.',
    },
    {
      title: 'أنشئ سر العميل',
      text: 'اختر Certificates & secrets → New client secret. دوّن موعد انتهائه: لا يستطيع المركز تجديده.',
    },
    {
      title: 'اربط',
      text: 'ألصق معرّف التطبيق والسر هنا، ثم اختر «ربط» وسجّل الدخول بالحساب صاحب التقويم.',
    },
  ],
  webhooks: {
    secretLabel: 'حالة العميل (Client state)',
    secretHelp: 'قيمة `clientState` في الاشتراك. وينشئ المركز قيمة خاصة به حين يسجّل العنوان.',
    setup: [
      'ينجز المركز كل ذلك بنفسه: اختر «سجّل». لا صفحة لهذا لدى Microsoft.',
      'تنسى Microsoft الاشتراك بعد أسبوع؛ وينشئ المركز اشتراكًا جديدًا قبل ذلك بيوم.',
      'يجب أن يكون عنوان المركز متاحًا عبر https بشهادة تثق بها المتصفحات.',
    ],
  },
}
