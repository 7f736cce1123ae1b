/**
 * Names whose value is a secret, in whatever case and with whatever separators. `code` and `key` are not among them: vendors
 * use both for error codes and ids, and OAuth hands its codes over as values to hide.
 */
const exact = new Set([
  'authorization',
  'proxyauthorization',
  'cookie',
  'setcookie',
  'auth',
  'apikey',
  'pin',
  'accountpin',
  'otp',
  'cvc',
  'cvv',
  'cardnumber',
  'pan',
  'jwt',
  'assertion',
  'clientassertion',
  'codeverifier',
  'hmac',
  'signature',
  'sig',
  'session',
  'sessionid',
])
const endings =
  /(password|passwd|passphrase|pwd|secret|token|apikey|accesskey|accesskeyid|secretkey|privatekey|signingkey|clientkey|authkey|credential|credentials|authorization|signature)$/
/** Cursors that end like a secret and are none. */
const harmless = /(page|sync|next|continuation|pagination|change)token$/
const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** Answers by name: vendors use the same few thousand names over and over. */
const known = new Map<string, boolean>()
const mostKnown = 5_000

/** Does a field, header or parameter of this name carry a secret. `card[number]` counts by its last part and as a whole. */
export function isSecretName(name: string): boolean {
  const before = known.get(name)
  if (before !== undefined) return before
  const answer = judgeName(name)
  if (known.size < mostKnown && name.length <= 64) known.set(name, answer)
  return answer
}

function judgeName(name: string): boolean {
  const whole = plain(name)
  if (exact.has(whole)) return true
  const parts = name.split(/[[\].]+/).filter((part) => part !== '')
  const last = plain(parts.at(-1) ?? '')
  const endsSecret = (text: string) => endings.test(text) && !harmless.test(text)
  return exact.has(last) || endsSecret(last) || endsSecret(whole)
}

type Path = readonly string[]

const noPaths: readonly Path[] = []

/**
 * Takes the values of secret names and of `paths` out of a parsed body, in place: bodies are parsed for this alone, and a copy
 * of each would be thrown away at once.
 */
export function hideFields(value: unknown, paths: readonly string[], hidden: string): unknown {
  return walk(value, paths.length === 0 ? noPaths : paths.map((path) => path.split('.')), hidden, 0)
}

/** Deeper than any vendor nests; beyond it a hostile body could only exhaust the stack. */
const deepest = 100

function walk(value: unknown, paths: readonly Path[], hidden: string, depth: number): unknown {
  if (depth > deepest) return hidden
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    // An array is transparent: `items.secret` speaks of each item; so is its index (`items.*.secret`).
    const below =
      paths.length === 0 ? paths : [...paths, ...paths.filter((path) => path[0] === '*').map((path) => path.slice(1))]
    for (let n = 0; n < value.length; n++) value[n] = walk(value[n], below, hidden, depth + 1)
    return value
  }
  const fields = value as Record<string, unknown>
  for (const key in fields) {
    const inner = fields[key]
    const isPlain = typeof inner !== 'object' || inner === null
    if (isSecretName(key) && inner !== null && isPlain) fields[key] = hidden
    else if (paths.length > 0) fields[key] = walkNamed(key, inner, paths, { hidden, depth })
    else if (!isPlain || depth >= deepest) fields[key] = walk(inner, paths, hidden, depth + 1)
  }
  return fields
}

function walkNamed(
  key: string,
  inner: unknown,
  paths: readonly Path[],
  { hidden, depth }: { readonly hidden: string; readonly depth: number },
): unknown {
  const below = paths.filter((path) => path[0] === '*' || path[0] === key).map((path) => path.slice(1))
  return below.some((path) => path.length === 0) ? hidden : walk(inner, below, hidden, depth + 1)
}

const jsonPair = /("([^"\\\n]{1,64})"\s*:\s*)("(?:[^"\\]|\\.)*("|$)|[^\s,}\]"]+)/g
const xmlPair = /(<([\w:.-]{1,64})(?:\s[^<>]*)?>)([^<]+)/g
const queryPair = /((?:^|[?&;\s,])([\w.[\]-]{1,64})=)("[^"]*"|[^&\s;,"<>]+)/g
const space = /\s/
const marks = /["<=\s]/
const bearer = /\b(Bearer|Basic|Token|Digest)\s+[\w.~+/=-]{6,}/gi

/** Secrets in text that is no parsable body: broken or cut JSON, XML, query strings, header values. */
export function redactLoosely(text: string, hidden: string): string {
  // None of these can be there without its marks, and most values have none.
  if (!marks.test(text)) return text
  const isPair = text.includes('"') && text.includes(':')
  const isTagged = text.includes('<') && text.includes('>')
  const isQuery = text.includes('=')
  const unless = (whole: string, before: string, name: string) => (isSecretName(name) ? before + hidden : whole)
  let clean = text
  if (isPair)
    clean = clean.replace(jsonPair, (whole, before: string, name: string) =>
      isSecretName(name) ? `${before}"${hidden}"` : whole,
    )
  if (isTagged)
    clean = clean.replace(xmlPair, (whole, before: string, name: string) =>
      unless(whole, before, name.replace(/^.*:/, '')),
    )
  if (isQuery) clean = clean.replace(queryPair, unless)
  if (space.test(clean)) clean = clean.replace(bearer, (_whole, scheme: string) => `${scheme} ${hidden}`)
  return clean
}
