import { lookup as systemLookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { rootCertificates } from 'node:tls'
import { buildConnector } from 'undici'
import { isNetwork, type Network, parseNetwork, whyNotAddress, whyNotName } from './addresses.ts'
import { EgressDenied } from './failures.ts'

/** Resolves a name to every address it has. */
export type Lookup = (hostname: string) => Promise<readonly { readonly address: string; readonly family: number }[]>

export interface GuardOptions {
  /** Exact origins (`http://127.0.0.1:4010`) that skip the address check: the provider lab's. Default none. */
  readonly allowOrigins?: readonly string[]
  /** Host names, addresses and CIDR networks of self-hosted vendors that may be reached although they are not public. Default none. */
  readonly allow?: readonly string[]
  /** Certificate authorities (PEM) trusted besides the well-known ones. Default none. */
  readonly authorities?: readonly string[]
  /** Default: the operating system's resolver. */
  readonly lookup?: Lookup
}

export interface Guard {
  /** Throws EgressDenied unless the URL may be used; returns it in the spelling to connect with. */
  checkUrl(url: URL): URL
  /** As checkUrl, and looks the name up: throws EgressDenied when it leads to an address that is refused. */
  checkReach(url: URL): Promise<void>
  /**
   * An address of a mail server's name to connect to: every one it has was checked. Throws EgressDenied for a name that leads
   * to a private address and for a port that is none of mail's.
   */
  pinMail(hostname: string, port: number): Promise<string>
  /** Connects to addresses that were checked, and to nothing else. */
  readonly connect: buildConnector.connector
}

/** Ports above 1023 that carry other protocols and that the Fetch standard blocks for that reason. */
const foreignPorts = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
])

/** Submission, submission over TLS, and server to server (RFC 6409, RFC 8314). */
const mailPorts = new Set([25, 465, 587])

/** How long a form waits for a name server, in milliseconds. */
const patienceMs = 3_000

/** For names the operator vouches for: any address but the metadata services. */
const anywhere = ['0.0.0.0/0', '::/0'].map(parseNetwork)

export function createGuard(options: GuardOptions): Guard {
  const allowedOrigins = new Set((options.allowOrigins ?? []).map((origin) => new URL(origin).origin))
  const allow = options.allow ?? []
  const networks = allow.filter(isNetwork).map(parseNetwork)
  const names = new Set(allow.filter((entry) => !isNetwork(entry)).map((name) => name.toLowerCase()))
  const networksFor = (host: string) => (names.has(bare(host)) ? anywhere : networks)
  const resolve = options.lookup ?? ((hostname) => systemLookup(hostname, { all: true, order: 'verbatim' }))
  // HTTP/1.1 only: cancelling then means the socket is gone, which is what the vendor sees at once.
  const authorities = options.authorities ? { ca: [...rootCertificates, ...options.authorities] } : {}
  const shared = { allowH2: false, timeout: 10_000, keepAlive: true, ...authorities }
  const plain = buildConnector(shared)
  const guarded = buildConnector({ ...shared, lookup: guardedLookup(resolve, networksFor), autoSelectFamily: true })

  function checkUrl(url: URL): URL {
    if (allowedOrigins.has(url.origin)) return url
    if (url.protocol !== 'https:')
      throw new EgressDenied(`${url.protocol}//${url.host} is not https: credentials are never sent in the clear.`)
    if (url.username !== '' || url.password !== '')
      throw new EgressDenied(`The address of ${url.hostname} holds a user name or password.`)
    const port = url.port === '' ? 443 : Number(url.port)
    if (port !== 443 && (port < 1024 || foreignPorts.has(port)))
      throw new EgressDenied(`Port ${port} of ${url.hostname} is not an https port.`)
    const host = bare(url.hostname)
    const reason = isIP(host) !== 0 ? whyNotAddress(host, networks) : names.has(host) ? null : whyNotName(host)
    if (reason !== null) throw new EgressDenied(`${url.hostname} is ${reason}.`)
    if (isIP(host) !== 0 || host === url.hostname) return url
    const checked = new URL(url)
    checked.hostname = host
    return checked
  }

  return {
    checkUrl,

    async checkReach(url) {
      const { origin, hostname } = checkUrl(url)
      if (allowedOrigins.has(origin) || isIP(bare(hostname)) !== 0) return
      for (const { address } of await found(resolve, hostname)) {
        const reason = whyNotAddress(address, networksFor(hostname))
        if (reason !== null) throw new EgressDenied(`${hostname} leads to ${reason}.`)
      }
    },

    async pinMail(hostname, port) {
      if (!mailPorts.has(port) && (port < 1024 || foreignPorts.has(port)))
        throw new EgressDenied(`Port ${port} of ${hostname} is not a mail server’s.`)
      // As a web address would spell it: no decimal, octal or other way to write an address that is not looked at.
      const host = bare(URL.parse(`http://${hostname}`)?.hostname ?? '')
      const named = isIP(host) !== 0 ? null : names.has(host) ? null : whyNotName(host)
      if (host === '' || named !== null) throw new EgressDenied(`${hostname} is ${named ?? 'no host name'}.`)
      const addresses = isIP(host) !== 0 ? [{ address: host }] : await resolve(host)
      for (const { address } of addresses) {
        const reason = whyNotAddress(address, networksFor(host))
        if (reason !== null) throw new EgressDenied(`${hostname} leads to ${reason}.`)
      }
      const [first] = addresses
      if (first === undefined) throw Object.assign(new Error('no address'), { code: 'ENOTFOUND' })
      return first.address
    },

    connect(target, callback) {
      const origin = new URL(`${target.protocol}//${target.host ?? target.hostname}`).origin
      if (allowedOrigins.has(origin)) return plain(target, callback)
      guarded(target, (error, socket) => {
        if (error !== null) return callback(error, null)
        // The last word belongs to the socket: whatever was resolved on the way, this is who answers.
        const reason = whyNotAddress(socket.remoteAddress ?? '', networksFor(target.hostname))
        if (reason === null) return callback(null, socket)
        socket.destroy()
        callback(new EgressDenied(`${target.hostname} leads to ${reason}.`), null)
      })
    },
  }
}

/** One look-up per connection: every address it returns is checked, and the socket can only go to one of them. */
function guardedLookup(resolve: Lookup, networksFor: (host: string) => readonly Network[]): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (found) => {
        const first = found[0]
        if (first === undefined) return callback(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '', 0)
        for (const { address } of found) {
          const reason = whyNotAddress(address, networksFor(hostname))
          if (reason !== null) return callback(new EgressDenied(`${hostname} leads to ${reason}.`), '', 0)
        }
        if (options.all === true)
          return callback(
            null,
            found.map(({ address, family }) => ({ address, family })),
          )
        callback(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    )
  }
}

/** What a name leads to right now; nothing when nobody says so in time. */
async function found(resolve: Lookup, hostname: string): ReturnType<Lookup> {
  const { promise: silence, resolve: giveUp } = Promise.withResolvers<[]>()
  const timer = setTimeout(() => giveUp([]), patienceMs)
  try {
    return await Promise.race([resolve(hostname).catch(() => []), silence])
  } finally {
    clearTimeout(timer)
  }
}

/** Host without IPv6 brackets and without the trailing dot that spells the same name differently. */
function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
}
