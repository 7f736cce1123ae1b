import { words, type Messages } from '../words.ts'
import type { incidents as source } from '../en/incidents.ts'

const { plural } = words('ar')

export const incidents: Messages<typeof source> = {
  title: 'الحوادث',
  lead: 'تُفتح وتُغلق تلقائيًا حسب نتائج الفحوص؛ والملاحظات لك.',
  state: 'الحالة',
  any: 'أي',
  columns: { incident: 'الحادث', severity: 'الشدة', state: 'الحالة', opened: 'فُتح', lasted: 'المدة' },
  empty: { title: 'لا حوادث', text: 'عندما يتوقف اتصال أو يضطرب يُفتح حادثه هنا تلقائيًا.' },
  noMatch: { title: 'لا نتائج', text: 'لا حادث يطابق عوامل التصفية.' },
  ongoing: 'مستمر',
  openFor: (duration) => `مفتوح منذ ${duration}`,
  lasted: (duration) => `استمر ${duration}`,
  timeline: 'التسلسل الزمني',
  cause: 'السبب',
  connection: 'الاتصال',
  noteLabel: 'أضف ملاحظة',
  notePlaceholder: 'ما وجدته، وما فعلته، وما التالي…',
  noteAdd: 'إضافة الملاحظة',
  noted: 'أُضيفت الملاحظة.',
  by: (name) => `بواسطة ${name}`,
  automatic: 'بواسطة مراقب الحالة',
  opened: (name) => `فُتح حادث: ${name}`,
  resolved: (name) => `عولج الحادث: ${name}`,
  count: (count) =>
    plural(count, {
      zero: 'لا حوادث',
      one: 'حادث واحد',
      two: 'حادثان',
      few: '# حوادث',
      many: '# حادثًا',
      other: '# حادث',
    }),
}
