import { words, type Messages } from '../words.ts'
import type { settings as source } from '../en/settings.ts'

const { plural } = words('ar')

export const settings: Messages<typeof source> = {
  title: 'الإعدادات',
  lead: 'المؤسسة، ومظهر هذه الشاشة، والمفاتيح التي تختم بيانات اعتمادك.',
  organization: 'المؤسسة',
  name: 'الاسم',
  nameMissing: 'أعطها اسمًا.',
  country: 'البلد',
  countryHelp: 'حرفان، مثل AE. يحوّل AE إلى الدرهم وتوقيت الخليج.',
  countryWrong: 'حرفان، مثل AE.',
  currency: 'العملة',
  currencyHelp: 'ثلاثة أحرف، مثل AED.',
  currencyWrong: 'ثلاثة أحرف، مثل AED.',
  timeZone: 'المنطقة الزمنية',
  timeZoneHelp: 'تُكتب بها الأوقات في كل صفحة.',
  preview: 'يظهر هكذا',
  readOnly: 'التغيير للمالكين والمديرين فقط.',
  appearance: 'المظهر',
  appearanceText: 'يُحفظ في هذا المتصفح.',
  vault: 'الخزنة',
  vaultText: 'تُختم كل بيانات اعتماد بمفتاح خاص يغلّفه مفتاح رئيسي.',
  primaryKey: 'المفتاح الرئيسي الأساسي',
  keys: 'المفاتيح الرئيسية المعروفة',
  remaining: (count) =>
    plural(count, {
      zero: 'لا شيء بانتظار إعادة التغليف',
      one: 'بيان اعتماد واحد بانتظار إعادة التغليف',
      two: 'بيانا اعتماد بانتظار إعادة التغليف',
      few: '# بيانات اعتماد بانتظار إعادة التغليف',
      many: '# بيان اعتماد بانتظار إعادة التغليف',
      other: '# بيان اعتماد بانتظار إعادة التغليف',
    }),
  allWrapped: 'كل بيانات الاعتماد تحت المفتاح الأساسي.',
  rotating: 'التدوير جارٍ.',
  rotate: 'إعادة التغليف بالمفتاح الأساسي',
  rotateStarted: 'بدأ التدوير، ويستمر بعد إعادة التشغيل.',
  session: 'أنت',
  signedInAs: 'دخلت باسم',
  role: 'الدور',
  changePassword: 'تغيير كلمة المرور',
  hub: 'هذا المركز',
  version: 'الإصدار',
  address: 'العنوان',
}
