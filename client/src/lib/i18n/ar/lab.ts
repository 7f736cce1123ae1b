import type { Messages } from '../words.ts'
import type { lab as source } from '../en/lab.ts'

export const lab: Messages<typeof source> = {
  title: 'المختبر',
  lead: 'المزوّدون بالمحاكاة على هذا الجهاز. عطّلهم وراقب كيف يتصرف المركز.',
  calm: 'هادئ',
  disturbed: 'مضطرب',
  down: 'ارفض كل النداءات',
  downHelp: 'يجيب بـ 503 عن كل شيء.',
  latency: 'تأخير مضاف',
  errorRate: 'نسبة الإجابات الفاشلة',
  rateLimit: 'الطلبات في الدقيقة قبل 429',
  rateLimitNone: 'بلا حد',
  tokenLifetime: 'عمر رموز الدخول',
  refresh: 'إجابة تجديد الرمز',
  refreshModes: { OK: 'كما ينبغي', TRANSIENT: 'تفشل مؤقتًا', LOST_RACE: 'سبق إليها آخر', TERMINAL: 'ترفض نهائيًا' },
  requests: 'الطلبات حتى الآن',
  refreshes: 'مرات التجديد',
  reset: 'إعادة الجميع إلى الهدوء',
  wasReset: 'عاد كل المزوّدين إلى الهدوء.',
  off: {
    title: 'المختبر متوقف',
    text: 'يعمل في الوضع التجريبي فقط. شغّل المركز بالعرض التجريبي لتجربة المزوّدين بالمحاكاة.',
  },
}
