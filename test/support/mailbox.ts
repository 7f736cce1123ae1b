import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** A mail as a real SMTP server got it. */
export interface Mail {
  readonly to: readonly string[]
  /** Header lines as they came, unfolded. */
  readonly headers: readonly string[]
  readonly subject: string
  /** Everything below the headers, decoded. */
  readonly body: string
}

/** A real SMTP server on a loopback port. */
export interface Mailbox {
  readonly url: string
  readonly mails: Mail[]
  /** Refuses every mail with this code from now on; null takes them again. */
  refuse(code: number | null): void
  close(): Promise<void>
}

export async function startMailbox(): Promise<Mailbox> {
  const mails: Mail[] = []
  let refusal: number | null = null
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (refusal !== null) return done(Object.assign(new Error('not now'), { responseCode: refusal }))
        const to = session.envelope.rcptTo.map(({ address }) => address)
        mails.push({ to, ...read(Buffer.concat(chunks).toString('utf8')) })
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    refuse: (code) => void (refusal = code),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function read(raw: string): Omit<Mail, 'to'> {
  const end = raw.indexOf('\r\n\r\n')
  const headers = raw
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
  const subject = headers.find((line) => /^subject:/i.test(line))?.replace(/^subject:\s*/i, '') ?? ''
  const body = raw
    .slice(end + 4)
    .split(/\r\n--[^\r\n]+\r\n/)
    .map((part) => decodePart(part))
    .join('\n')
  return { headers, subject: decodeWords(subject), body }
}

function decodePart(part: string): string {
  const end = part.indexOf('\r\n\r\n')
  const head = part.slice(0, Math.max(end, 0)).toLowerCase()
  const content = end < 0 ? part : part.slice(end + 4)
  if (head.includes('base64')) return Buffer.from(content, 'base64').toString()
  return head.includes('quoted-printable') ? quoted(content.replace(/=\r\n/g, '')) : content
}

const quoted = (text: string): string =>
  Buffer.from(
    text.replace(/=([0-9A-F]{2})/g, (_all, code: string) => String.fromCharCode(parseInt(code, 16))),
    'latin1',
  ).toString('utf8')

/** Encoded words of a header, RFC 2047. */
const decodeWords = (text: string): string =>
  text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([qb])\?([^?]*)\?=/gi, (_all, kind: string, content: string) =>
      kind.toLowerCase() === 'b' ? Buffer.from(content, 'base64').toString() : quoted(content.replaceAll('_', ' ')),
    )
