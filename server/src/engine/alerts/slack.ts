import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { Egress } from '../egress/contract.ts'
import { slackText } from './clean.ts'
import type { Telling } from './contract.ts'
import type { Message } from './message.ts'

const longestBlock = 2_900

const marks = { INFO: '🔵', WARNING: '🟠', CRITICAL: '🔴' } as const

/** The body of an incoming webhook: blocks, and a plain text for notifications and those who know no blocks. */
export function slackBody(message: Message): Record<string, unknown> {
  const mark = message.resolved ? '🟢' : marks[message.severity]
  const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } })
  const body = message.paragraphs.map(slackText).join('\n').slice(0, longestBlock)
  const facts = message.facts.map(({ name, value }) => `*${slackText(name)}:* ${slackText(value)}`).join('\n')
  return {
    text: `${mark} ${slackText(message.subject)}`,
    blocks: [
      // Plain text: nothing in it has a meaning.
      { type: 'header', text: { type: 'plain_text', text: `${mark} ${message.subject}`.slice(0, 150), emoji: true } },
      section(slackText(message.lead).slice(0, longestBlock)),
      ...(body === '' ? [] : [section(body)]),
      section(facts.slice(0, longestBlock)),
      section(`<${message.link.url}|${slackText(message.link.label)}>`),
      {
        type: 'context',
        elements: [{ type: 'plain_text', text: message.footer.slice(0, longestBlock), emoji: false }],
      },
    ],
  }
}

/** Posts to an incoming webhook through the guard, which is asked anew at every send. */
export async function postToSlack(
  egress: Pick<Egress, 'send'>,
  { url, timeoutMs }: { readonly url: string; readonly timeoutMs: number },
  message: Message,
): Promise<Telling> {
  const host = new URL(url).host
  try {
    const answer = await egress.send({
      method: 'POST',
      url: new URL(url),
      headers: { 'content-type': 'application/json; charset=utf-8', 'accept-encoding': 'identity' },
      body: JSON.stringify(slackBody(message)),
      timeoutMs,
      maxBytes: 4096,
      overflow: 'cut',
    })
    return judge(answer.status, host)
  } catch (error) {
    if (!(error instanceof ProviderCallError)) throw error
    const lasting = error.errorClass === 'EGRESS_DENIED'
    return {
      ok: false,
      retry: !lasting,
      message: lasting ? `The hub may not send to ${host}.` : `${host}: ${error.message}`,
    }
  }
}

/** What an answer means. Its body is left out: it may repeat the address. */
export function judge(status: number, host: string): Telling {
  if (status >= 200 && status < 300) return { ok: true, retry: false, message: `${host} took it.` }
  if (status >= 300 && status < 400)
    return { ok: false, retry: false, message: `${host} points elsewhere (${status}); redirects are not followed.` }
  if (status === 401 || status === 403 || status === 404 || status === 410)
    return {
      ok: false,
      retry: false,
      message: `${host} no longer knows this webhook (${status}). Make a new one there and paste its address.`,
    }
  if (status === 429 || status === 408 || status >= 500)
    return { ok: false, retry: true, message: `${host} answered ${status}.` }
  return { ok: false, retry: false, message: `${host} refused the message (${status}).` }
}
