import { words, type Messages } from '../words.ts'
import type { shell as source } from '../en/shell.ts'

const { plural } = words('ar')

export const shell: Messages<typeof source> = {
  skip: 'تخطَّ إلى المحتوى',
  mainNavigation: 'الرئيسية',
  more: 'المزيد',
  nav: {
    dashboard: 'لوحة المتابعة',
    connections: 'الاتصالات',
    marketplace: 'السوق',
    logs: 'السجلات',
    incidents: 'الحوادث',
    alerts: 'التنبيهات',
    webhooks: 'خطافات الويب',
    console: 'منصة الطلبات',
    keys: 'مفاتيح API',
    members: 'الأعضاء',
    settings: 'الإعدادات',
    lab: 'المختبر',
    explorer: 'مستكشف GraphQL',
  },
  organization: 'المؤسسة',
  switchOrganization: 'تبديل المؤسسة',
  switched: (name) => `أنت الآن في ${name}.`,
  account: 'الحساب',
  signOut: 'تسجيل الخروج',
  theme: { label: 'المظهر', system: 'النظام', light: 'فاتح', dark: 'داكن' },
  language: 'اللغة',
  languages: { en: 'English', ar: 'العربية' },
  demoBanner: 'مؤسسة تجريبية: يحاكي المختبر على هذا الجهاز مزوّديها.',
  connection: {
    reconnecting: 'انقطع البث المباشر. تجري إعادة الاتصال؛ وقد يكون المعروض قديمًا قليلًا.',
    offline: 'أنت غير متصل. يبقى المعروض مقروءًا ويلحق بالجديد تلقائيًا.',
    restored: 'عاد البث المباشر، ووصل كل جديد.',
  },
  palette: {
    title: 'لوحة الأوامر',
    placeholder: 'انتقل، ابحث عن اتصال، ألصق معرّف نداء…',
    empty: 'لا نتائج. جرّب اسمًا أو مزوّدًا أو معرّفًا.',
    goTo: 'انتقل إلى',
    connections: 'الاتصالات',
    providers: 'اربط مزوّدًا',
    actions: 'نفّذ',
    openCall: (id) => `افتح النداء ${id}`,
    openDelivery: (id) => `افتح عملية التسليم ${id}`,
    openEvent: (id) => `افتح الحدث ${id}`,
    openById: 'افتح بالمعرّف',
    toggleTheme: (theme) => `المظهر: ${theme}`,
    toggleLanguage: (language) => `اللغة: ${language}`,
    hint: 'ابحث أو نفّذ',
  },
  openIncidents: (count) =>
    plural(count, {
      zero: 'لا حوادث مفتوحة',
      one: 'حادث مفتوح واحد',
      two: 'حادثان مفتوحان',
      few: '# حوادث مفتوحة',
      many: '# حادثًا مفتوحًا',
      other: '# حادث مفتوح',
    }),
}
