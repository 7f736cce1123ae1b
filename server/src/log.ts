import { pino, type DestinationStream, type Logger } from 'pino'

export type Log = Logger

/** Names under which secrets travel; their values never reach a log line, whatever logs them. */
const secretNames = [
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'secret',
  'token',
  'accessToken',
  'refreshToken',
  'apiKey',
  'secretKey',
  'clientSecret',
  'code',
  'fields',
]
// pino's paths name levels one by one; facts of log lines are at most this deep.
const redacted = secretNames.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`])

/** JSON lines, one per fact, with secrets removed by name. */
export function createLog(options: { level: string; destination?: DestinationStream | undefined }): Log {
  const settings = {
    level: options.level,
    base: null,
    timestamp: () => `,"at":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: redacted, censor: '[secret]' },
    serializers: { error: serializeError },
  }
  return options.destination ? pino(settings, options.destination) : pino(settings)
}

/** Class, code, words and stack: nothing else an error may carry along (requests, rows, parameters) is written. */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return {
    name: error.name,
    code,
    message: error.message,
    stack: error.stack,
    cause: error.cause === undefined ? undefined : serializeError(error.cause),
  }
}
