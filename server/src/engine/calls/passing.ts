/** Belong to one connection, not to the message (RFC 9110, 7.6.1), and to the hub's own. */
const ofOneConnection = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
  'content-length',
  'http2-settings',
])

/** Carry credentials, of the caller to the hub or of somebody to a vendor: the hub adds the connection's own. */
const credentials = new Set([
  'authorization',
  'cookie',
  'x-api-key',
  'api-key',
  'apikey',
  'x-apikey',
  'x-auth-token',
  'x-auth-key',
  'x-auth-email',
  'x-access-token',
  'x-api-token',
  'x-shopify-access-token',
  'private-token',
  'x-printify-token',
  'access-token',
])
const credentialEndings = /-(api-key|api-token|auth-token|access-token|api-secret|secret-key)$/

/** Tell about whoever is in front of the hub, which is nobody's business at a vendor, or about a page in a browser. */
const aboutTheCaller = /^(x-patchbay-.*|x-forwarded-.*|forwarded|via|x-real-ip|x-correlation-id|origin|referer|sec-.*)$/

const credentialParameters =
  /^(access_?token|api_?key|api-key|auth_?token|oauth_(token|signature|consumer_key)|client_secret|api_?secret|hapikey|patchbay_?key)$/i

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

const known = new Map<string, boolean>()

/** May a request header of this name go on to a vendor. */
function mayLeave(name: string): boolean {
  const before = known.get(name)
  if (before !== undefined) return before
  const may =
    !ofOneConnection.has(name) && !credentials.has(name) && !credentialEndings.test(name) && !aboutTheCaller.test(name)
  if (known.size < 2_000 && name.length <= 64) known.set(name, may)
  return may
}

/** Names a `Connection` header makes belong to this connection alone. */
function named(connection: string | readonly string[] | undefined): ReadonlySet<string> | null {
  if (connection === undefined) return null
  const text = String(connection).toLowerCase()
  if (text === 'keep-alive' || text === 'close') return null
  return new Set(text.split(',').map((name) => name.trim()))
}

/**
 * Request headers a vendor may see: without credentials, without what belongs to one connection, without what speaks of
 * whoever asks. Names in lower case.
 * @param secret the caller's own key, which goes nowhere, whatever the header is called
 */
export function passedHeaders(headers: Headers, secret: string | null = null): Record<string, string> {
  const alone = named(headers['connection'])
  const passed: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value === undefined || !mayLeave(name) || alone?.has(name) === true) continue
    const text = typeof value === 'string' ? value : value.join(', ')
    if (secret === null || !text.includes(secret)) passed[name] = text
  }
  return passed
}

/** The path a vendor may see: its query without parameters that carry credentials. Everything else stays as it was spelled. */
export function passedPath(path: string, secret: string | null = null): string {
  const at = path.indexOf('?')
  if (at < 0) return path
  const query = path.slice(at + 1).split('&')
  const kept = query.filter((pair) => {
    const name = decoded(pair.split('=', 1)[0] ?? '')
    return !credentialParameters.test(name) && (secret === null || !decoded(pair).includes(secret))
  })
  if (kept.length === query.length) return path
  return kept.length === 0 ? path.slice(0, at) : `${path.slice(0, at)}?${kept.join('&')}`
}

/**
 * Speak for the origin they come from, which here would be the hub's: cookies of the vendor would be sent to the hub, its
 * rules for pages would hold for the admin.
 */
const aboutTheOrigin =
  /^(set-cookie2?|clear-site-data|strict-transport-security|public-key-pins.*|expect-ct|alt-svc|content-security-policy.*|x-frame-options|x-patchbay-.*|x-correlation-id|service-worker-allowed|access-control-.*|cross-origin-.*|origin-agent-cluster|report-to|reporting-endpoints|nel|refresh|permissions-policy|via)$/

const returned = new Map<string, boolean>()

function mayReturn(name: string): boolean {
  const before = returned.get(name)
  if (before !== undefined) return before
  const may = name === 'content-length' || (!ofOneConnection.has(name) && !aboutTheOrigin.test(name))
  if (returned.size < 2_000 && name.length <= 64) returned.set(name, may)
  return may
}

/** Headers of a vendor's answer its caller may see, as names and values in turn. */
export function returnedHeaders(headers: Headers): string[] {
  const alone = named(headers['connection'])
  const list: string[] = []
  for (const name in headers) {
    const value = headers[name]
    if (value === undefined || !mayReturn(name) || alone?.has(name) === true) continue
    if (typeof value === 'string') list.push(name, value)
    else for (const each of value) list.push(name, each)
  }
  return list
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
