import type { LabAnswer, LabRequest } from './twin.ts'

const secretNames = /^(password|accountpin|authkey|client_secret|refresh_token|code|access_token|api_secret)$/i
/** Headers of vendors that want the key under a name of their own. */
const secretHeaders = /^(x-[a-z-]+-(api-key|access-token)|x-api-key|api-key|apikey)$/

function collect(value: unknown, into: Set<string>): void {
  if (typeof value !== 'object' || value === null) return
  for (const [name, inner] of Object.entries(value)) {
    if (typeof inner === 'string' && secretNames.test(name)) into.add(inner)
    else collect(inner, into)
  }
}

/** Everything secret a request brought. */
function secretsOf(request: LabRequest): readonly string[] {
  const found = new Set<string>()
  const authorization = request.headers['authorization'] ?? ''
  const [, scheme = '', value = ''] = /^(\S+) (\S+)$/.exec(authorization) ?? []
  if (value !== '') found.add(value)
  if (scheme.toLowerCase() === 'basic')
    for (const part of Buffer.from(value, 'base64').toString().split(':')) found.add(part)
  for (const [name, value] of Object.entries(request.headers)) if (secretHeaders.test(name)) found.add(value)
  for (const [name, value] of request.query) if (secretNames.test(name)) found.add(value)
  for (const [name, inner] of request.form) if (secretNames.test(name)) found.add(inner)
  collect(request.json, found)
  return [...found].filter((secret) => secret.length > 0)
}

const wordNames = new Set(['message', 'Message', 'error_description', 'result', 'detail'])

function withWords(value: unknown, words: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withWords(item, words))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      typeof inner === 'string' && (wordNames.has(name) || name === 'errors')
        ? `${inner} ${words}`
        : withWords(inner, words),
    ]),
  )
}

/** An error answer that repeats what it was sent, in its words and in a header; a success stays as it is. */
export function echoSecrets(request: LabRequest, answer: LabAnswer): LabAnswer {
  const body = answer.json
  const failed =
    answer.status >= 400 ||
    (typeof body === 'object' &&
      body !== null &&
      ('errors' in body ||
        ('HasErrors' in body && body.HasErrors === true) ||
        ('method' in body && body.method === 'error')))
  const secrets = secretsOf(request)
  if (!failed || secrets.length === 0) return answer
  const words = `(received: ${secrets.join(' ')})`
  return {
    ...answer,
    headers: { ...answer.headers, 'x-received': words },
    ...(body === undefined ? {} : { json: withWords(body, words) }),
  }
}
