import { alphanumeric } from '../chance.ts'
import { defineTwin, json, type LabRequest } from '../twin.ts'

const settings = {
  host: 'smtp.noor-atelier.example',
  port: '587',
  security: 'starttls',
  fromEmail: 'orders@noor-atelier.example',
}
const good = { ...settings, username: 'orders@noor-atelier.example', password: 'lab-smtp-noor-good' }
const restricted = { ...settings, username: 'till@noor-atelier.example', password: 'lab-smtp-noor-till' }

const basic = ({ username, password }: typeof good) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

const refuse = (status: number, code: number, message: string) => json(status, { error: { code, message } })

interface Mail {
  readonly to?: readonly (string | { readonly address?: string })[]
  readonly messageId?: string
}

const addressesOf = (request: LabRequest) =>
  ((request.json as Mail | undefined)?.to ?? []).map((one) => (typeof one === 'string' ? one : (one.address ?? '')))

/** A mail server, simulated: what it says comes as the hub's transport would put it. */
export const smtp = defineTwin<{ readonly messages: string[] }>({
  slug: 'smtp',
  name: 'SMTP',
  hosts: ['api'],
  credentials: { good, restricted, missing: 'SMTP AUTH' },
  create: () => ({ messages: [] }),
  guard: (request) => {
    const proof = request.headers['authorization']
    if (proof === basic(good)) return null
    if (proof === basic(restricted))
      return refuse(401, 535, '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled.')
    return refuse(401, 535, '535 5.7.8 Authentication credentials invalid')
  },
  faults: {
    unavailable: () => refuse(503, 421, '421 4.3.2 Service not available, closing transmission channel'),
    failure: () => refuse(503, 451, '451 4.3.0 Requested action aborted: local error in processing'),
    tooMany: (seconds) => ({
      ...refuse(429, 450, '450 4.7.0 Too many messages, try again later'),
      headers: { 'retry-after': String(seconds) },
    }),
    unknown: () => refuse(404, 502, '502 5.5.1 Command not implemented'),
  },
  routes: [
    { method: 'GET', path: '/', handle: () => json(200, { ok: true }) },
    {
      method: 'POST',
      path: '/messages',
      handle: (request, { state }) => {
        const to = addressesOf(request)
        const unknown = to.find((address) => address.startsWith('nobody@'))
        if (to.length === 0) return refuse(400, 503, '503 5.5.1 Bad sequence of commands: no recipients')
        if (unknown !== undefined) return refuse(400, 550, `550 5.1.1 <${unknown}>: Recipient address rejected`)
        const { messageId = '' } = request.json as Mail
        state.messages.push(messageId)
        const queued = alphanumeric(`smtp:${messageId}`, 11, 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789')
        return json(200, { messageId, response: `250 2.0.0 Ok: queued as ${queued}`, rejected: [] })
      },
    },
  ],
})
