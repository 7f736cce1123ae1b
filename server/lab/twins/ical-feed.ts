import { people, shop } from '../shop.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { defineTwin } from '../twin.ts'

const good = {
  host: 'calendar.noor-atelier.example',
  feedPath: '/feeds/private-1ab000000000cafe/basic.ics?show=all',
  username: 'noor',
  password: 'lab-noor-atelier-feed-password',
}
const guests = { username: 'guest', password: 'lab-noor-atelier-guest-password' }
const permission = 'Read the feed'

const text = (status: number, words: string, headers: Readonly<Record<string, string>> = {}): LabAnswer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
  text: words,
})

function guard({ headers }: LabRequest, needs: string | null): LabAnswer | null {
  const [, encoded = ''] = /^Basic (\S+)$/.exec(headers['authorization'] ?? '') ?? []
  const given = Buffer.from(encoded, 'base64').toString()
  if (given === `${good.username}:${good.password}`) return null
  if (given !== `${guests.username}:${guests.password}`)
    return text(401, 'Unauthorized', { 'www-authenticate': 'Basic realm="calendar"' })
  return needs === null ? null : text(403, 'Forbidden')
}

interface State {
  /** Midnight in Dubai of the lab's first day, in milliseconds since 1970. */
  today: number
}

const dayMs = 86_400_000
const stamp = (at: number) => new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
/** Wall clock in Dubai, four hours ahead of UTC all year. */
const wall = (at: number) => stamp(at + 4 * 3_600_000).slice(0, -1)
const dayOf = (at: number) => wall(at).slice(0, 8)

/** Lines of at most 75 octets, the rest after a space (RFC 5545 3.1). */
function folded(line: string): string {
  const parts: string[] = []
  let part = ''
  for (const letter of line) {
    if (Buffer.byteLength(part + letter) > 74) {
      parts.push(part)
      part = ''
    }
    part += letter
  }
  return [...parts, part].join('\r\n ')
}

function feed({ today }: State, now: number): string {
  const fittings = people.flatMap((person, index) => {
    const at = today + (index - 2) * dayMs + 10 * 3_600_000
    return [
      'BEGIN:VEVENT',
      `UID:fitting-${index}@${shop.domain}`,
      `DTSTAMP:${stamp(now)}`,
      `DTSTART;TZID=Arabian Standard Time:${wall(at)}`,
      `DTEND;TZID=Arabian Standard Time:${wall(at + 3_600_000)}`,
      `SUMMARY:Fitting: ${person.name}`,
      'DESCRIPTION:Bring the second hoodie\\, size L\\;\\nالباب الخلفي مفتوح. Ring at the back door.',
      `LOCATION:${shop.name}\\, Al Quoz`,
      `ATTENDEE;CN=${person.name}:mailto:${person.email}`,
      `STATUS:${index === 3 ? 'TENTATIVE' : 'CONFIRMED'}`,
      'END:VEVENT',
    ]
  })
  const weekly = today - 14 * dayMs + 9 * 3_600_000
  const inZone = (name: string, at: number) => `${name};TZID=Arabian Standard Time:${wall(at)}`
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:-//${shop.name}//Lab//EN`,
    'METHOD:PUBLISH',
    `X-WR-CALNAME:${shop.name}`,
    'X-WR-TIMEZONE:Asia/Dubai',
    'BEGIN:VTIMEZONE',
    'TZID:Arabian Standard Time',
    'BEGIN:STANDARD',
    'DTSTART:16010101T000000',
    'TZOFFSETFROM:+0400',
    'TZOFFSETTO:+0400',
    'END:STANDARD',
    'END:VTIMEZONE',
    ...fittings,
    'BEGIN:VEVENT',
    `UID:stock@${shop.domain}`,
    `DTSTAMP:${stamp(now)}`,
    inZone('DTSTART', weekly),
    'DURATION:PT90M',
    'RRULE:FREQ=WEEKLY',
    inZone('EXDATE', weekly + 21 * dayMs),
    'SUMMARY:Stock count',
    'END:VEVENT',
    'BEGIN:VEVENT',
    `UID:stock@${shop.domain}`,
    inZone('RECURRENCE-ID', weekly + 28 * dayMs),
    `DTSTAMP:${stamp(now)}`,
    inZone('DTSTART', weekly + 29 * dayMs),
    inZone('DTEND', weekly + 29 * dayMs + 3_600_000),
    'SUMMARY:Stock count\\, moved',
    'END:VEVENT',
    'BEGIN:VEVENT',
    `UID:holiday@${shop.domain}`,
    `DTSTAMP:${stamp(now)}`,
    `DTSTART;VALUE=DATE:${dayOf(today + 10 * dayMs)}`,
    `DTEND;VALUE=DATE:${dayOf(today + 12 * dayMs)}`,
    'SUMMARY:Closed',
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
    'END:VCALENDAR',
  ]
  return `${lines.map(folded).join('\r\n')}\r\n`
}

/** A feed behind an address nobody guesses, and a sign-in; simulated. */
export const icalFeed = defineTwin<State>({
  slug: 'ical-feed',
  name: 'iCal feed',
  hosts: ['api'],
  credentials: { good, restricted: { ...good, ...guests }, missing: permission },
  create: (now) => ({ today: now - ((now + 4 * 3_600_000) % dayMs) }),
  guard,
  faults: {
    unavailable: () => text(503, 'Service Unavailable'),
    failure: () => text(500, 'Internal Server Error'),
    tooMany: (seconds) => text(429, 'Too Many Requests', { 'retry-after': String(seconds) }),
    unknown: () => text(404, 'Not Found'),
  },
  routes: [
    {
      method: 'GET',
      path: '/feeds/:token/basic.ics',
      needs: permission,
      handle: ({ params, query }: LabRequest, { state, now }: Bench<State>) =>
        params['token'] === 'private-1ab000000000cafe' && query.get('show') === 'all'
          ? { status: 200, headers: { 'content-type': 'text/calendar; charset=utf-8' }, text: feed(state, now) }
          : text(404, 'Not Found'),
    },
  ],
})
