import { words } from '../words.ts'

const { plural } = words('en')

/** What vendors of the lab tell, and who listens. */
export const labWebhooks = {
  title: 'Webhooks of the vendors',
  lead: 'Let something happen at a vendor. It tells the hub by a webhook that is really signed.',
  scenario: 'What happens',
  trouble: 'What goes wrong',
  noTrouble: 'Nothing',
  count: 'How many',
  countWrong: 'A whole number from 1 to 1000.',
  fire: 'Let it happen',
  subscribers: (count: number) => plural(count, { one: 'tells # address', other: 'tells # addresses' }),
  nobody: 'knows no address yet: register a source',
  sent: (count: number) => plural(count, { one: '# webhook is on its way.', other: '# webhooks are on their way.' }),
  nobodyTold: 'It happened, and the vendor knows nobody to tell. Register a source of it first.',
  watch: 'Watch them arrive',
  receivers: 'Receivers',
  receiversLead: 'Endpoints that play your own programs. Make one misbehave, and watch the hub cope.',
  noReceivers: 'No receiver yet.',
  mode: 'It answers',
  modes: {
    OK: 'as it should',
    SLOW: 'slowly',
    STATUS: 'with a status',
    HANG: 'never',
    CUT: 'and hangs up half way',
    REDIRECT: 'with a redirect',
    FAIL_THEN_OK: 'fails, then works',
  },
  status: 'Status',
  delay: 'Waits',
  failures: 'Refuses first',
  received: 'Received',
  distinct: 'Distinct',
  repeated: 'Again',
  last: 'Last',
} as const
