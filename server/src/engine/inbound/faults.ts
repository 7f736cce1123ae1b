/** SQLSTATE of a failed statement; null for any other failure. PGlite and `pg` name it the same. */
function stateOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && /^[0-9A-Z]{5}$/.test(String(error.code))
    ? String(error.code)
    : null
}

/** Speaks of the rows, not of the database's health: repeating changes nothing. */
export function isRefusal(error: unknown): boolean {
  return /^(22|23)/.test(stateOf(error) ?? '')
}

/** Ended by the database to resolve a deadlock or a conflict: the same again may well succeed. */
export function isRetryable(error: unknown): boolean {
  return /^40/.test(stateOf(error) ?? '')
}

/** Says that the database is away, starting, stopping or out of room, and nothing of the work. */
export function isAway(error: unknown): boolean {
  const state = stateOf(error)
  if (state !== null) return /^(08|53|57|58)/.test(state)
  const text = error instanceof Error ? `${'code' in error ? String(error.code) : ''} ${error.message}` : ''
  return /ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|connection|Connection|timeout exceeded/.test(text)
}
