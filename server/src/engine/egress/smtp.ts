import { createTransport, type SendMailOptions } from 'nodemailer'
import type { EgressAnswer, EgressRequest } from './contract.ts'
import { Ending, hearEnd } from './ending.ts'
import { CallCancelled, CallTimedOut, EgressDenied, explain } from './failures.ts'
import type { Guard } from './guard.ts'

// A mail server does not speak HTTP, and its provider does: a request to `smtp://host:port` signs in (GET) or hands over a
// mail (POST, its body as JSON), and what the server says comes back as an answer with a status, so that the pipeline
// limits, logs and judges mail like everything else.

export const isMail = ({ protocol }: URL): boolean => protocol === 'smtp:' || protocol === 'smtps:'

/** Header that says how the connection is kept secret: starttls, or none for a server inside one's own network. */
export const securityHeader = 'x-smtp-security'

interface SmtpFailure {
  readonly code?: string
  readonly responseCode?: number
  readonly response?: string
}

/** @throws EgressDenied, and what a connection that fails throws */
export async function sendMail(guard: Pick<Guard, 'pinMail'>, request: EgressRequest): Promise<EgressAnswer> {
  const { url, method, headers, body, timeoutMs, signal } = request
  const secure = url.protocol === 'smtps:'
  const port = url.port === '' ? (secure ? 465 : 587) : Number(url.port)
  const security = headers[securityHeader] ?? 'starttls'
  const auth = credentialsOf(headers['authorization'])
  if (!secure && security === 'none' && auth !== null)
    throw new EgressDenied(`${url.hostname} is asked without encryption: credentials are never sent in the clear.`)
  if (signal instanceof Ending ? signal.isOver : signal?.aborted === true) throw new CallCancelled(url.host)
  try {
    const transport = createTransport({
      host: await guard.pinMail(url.hostname, port),
      port,
      secure,
      name: 'patchbay',
      requireTLS: !secure && security !== 'none',
      ignoreTLS: security === 'none',
      tls: { servername: url.hostname },
      ...(auth === null ? {} : { auth }),
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    const gone = Promise.withResolvers<never>()
    const timer = setTimeout(() => gone.reject(new CallTimedOut(url.host, timeoutMs)), timeoutMs)
    const deaf = hearEnd(signal, () => gone.reject(new CallCancelled(url.host)))
    try {
      request.onConnected?.()
      const told = await Promise.race([speak(transport, method, body), gone.promise])
      request.onHead?.()
      return answer(200, told)
    } finally {
      clearTimeout(timer)
      deaf()
      transport.close()
    }
  } catch (error) {
    const { responseCode, response = '' } = error as SmtpFailure
    if (responseCode === undefined) throw explain(error, url.host)
    return answer(statusOf(error as SmtpFailure), { error: { code: responseCode, message: response } })
  }
}

async function speak(
  transport: ReturnType<typeof createTransport>,
  method: string,
  body: EgressRequest['body'],
): Promise<object> {
  if (method === 'GET') {
    await transport.verify()
    return { ok: true }
  }
  const mail = JSON.parse(typeof body === 'string' ? body : Buffer.from(body ?? '').toString()) as SendMailOptions
  const sent = (await transport.sendMail(mail)) as { messageId: string; response: string; rejected: readonly unknown[] }
  return { messageId: sent.messageId, response: sent.response, rejected: sent.rejected.map(String) }
}

/** RFC 5321: 5xx for good, 4xx for now; RFC 4954: 535 wrong credentials, 530 none. */
function statusOf({ code, responseCode = 0 }: SmtpFailure): number {
  if (code === 'EAUTH' || responseCode === 535 || responseCode === 530) return 401
  return responseCode < 500 ? 503 : 400
}

function credentialsOf(header: string | undefined): { readonly user: string; readonly pass: string } | null {
  const basic = /^Basic (.+)$/.exec(header ?? '')?.[1]
  if (basic === undefined) return null
  const [user = '', ...pass] = Buffer.from(basic, 'base64').toString().split(':')
  return { user, pass: pass.join(':') }
}

const answer = (status: number, body: object): EgressAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(body)),
})
