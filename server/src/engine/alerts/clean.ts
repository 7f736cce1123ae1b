/** Signs that could end a header line, hide text or turn its direction around. */
// eslint-disable-next-line no-control-regex
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/** What vendors' keys and tokens look like: last line of defence, since texts of alerts should hold none. */
const tokens =
  /\b(?:(?:sk|rk|pk|whsec|whsk|shpat|shpss|ghp|gho|xox[abeprs]|pb)[-_][\w-]{8,}|SG\.[\w-]{8,}\.[\w-]{8,}|eyJ[\w-]{10,}\.[\w-]{10,}(?:\.[\w-]*)?)|(?<=\b(?:bearer|basic)\s)[\w.~+/=-]{8,}/gi

/** Text that may go out: no control signs, nothing that looks like a secret, not longer than it may be. */
export function clean(text: string, most: number): string {
  const safe = text.replace(/\r\n?/g, '\n').replace(unseen, '').replace(tokens, '••••').trim()
  return cut(safe, most)
}

/** The same on one line. */
export const line = (text: string, most: number): string => cut(clean(text, most * 2).replace(/\s+/g, ' '), most)

function cut(text: string, most: number): string {
  const signs = [...text]
  return signs.length <= most
    ? text
    : `${signs
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`
}

/**
 * Text for Slack and those who follow its form: the three signs it gives a meaning to are written out, so that neither a
 * mention (`<!channel>`) nor a disguised link can come from a vendor's message, and the bare mentions others read lose their force.
 * @see https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
export const slackText = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/@(?=(?:channel|here|everyone|all)\b)/gi, '@\u2060')
