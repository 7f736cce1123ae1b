import { words, type Messages } from '../words.ts'
import type { labWebhooks as source } from '../en/lab-webhooks.ts'
import { webhooks } from './webhook-count.ts'

const { plural } = words('ar')

export const labWebhooks: Messages<typeof source> = {
  title: 'إشعارات المزوّدين',
  lead: 'دع شيئًا يحدث لدى مزوّد، فيبلّغ المركز بإشعار موقّع حقًا.',
  scenario: 'ماذا يحدث',
  trouble: 'ما الخلل',
  noTrouble: 'لا خلل',
  count: 'العدد',
  countWrong: 'عدد صحيح من 1 إلى 1000.',
  fire: 'دعه يحدث',
  subscribers: (count) =>
    plural(count, {
      zero: 'لا يبلّغ أحدًا',
      one: 'يبلّغ عنوانًا واحدًا',
      two: 'يبلّغ عنوانين',
      few: 'يبلّغ # عناوين',
      many: 'يبلّغ # عنوانًا',
      other: 'يبلّغ # عنوان',
    }),
  nobody: 'لا يعرف عنوانًا بعد: سجّل مصدرًا',
  sent: (count) => `في الطريق: ${webhooks(count)}.`,
  nobodyTold: 'حدث ذلك، ولا يعرف المزوّد من يبلّغه. سجّل مصدرًا له أولًا.',
  watch: 'راقب وصولها',
  receivers: 'المستلمون',
  receiversLead: 'وجهات تؤدي دور برامجك. اجعل إحداها تتعثر وراقب كيف يتصرف المركز.',
  noReceivers: 'لا مستلم بعد.',
  mode: 'تجيب',
  modes: {
    OK: 'كما ينبغي',
    SLOW: 'ببطء',
    STATUS: 'برمز حالة',
    HANG: 'لا تجيب أبدًا',
    CUT: 'وتقطع في المنتصف',
    REDIRECT: 'بتحويل',
    FAIL_THEN_OK: 'تفشل ثم تنجح',
  },
  status: 'رمز الحالة',
  delay: 'تنتظر',
  failures: 'ترفض أولًا',
  received: 'استلمت',
  distinct: 'مختلفة',
  repeated: 'مكررة',
  last: 'الأخير',
}
