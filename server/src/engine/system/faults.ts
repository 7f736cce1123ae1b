const lostCodes = /^(08|57P0)|^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|EAI_AGAIN)$/
const lostWords = /connection terminated|connection ended|server closed the connection|terminating connection/i

/** Whether an error says that the database is away. Errors of vendors never come here: calls keep them. */
export function isLostDatabase(error: unknown): boolean {
  for (let one = error, depth = 0; one instanceof Error && depth < 5; one = one.cause, depth += 1) {
    if ('code' in one && lostCodes.test(String(one.code))) return true
    if (lostWords.test(one.message)) return true
  }
  return false
}

/** What kind of error it was. Its message stays in the process's own log: it may hold what is not for everybody. */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown error'
  const code = 'code' in error && /^[\w.-]{1,40}$/.test(String(error.code)) ? ` ${String(error.code)}` : ''
  return `${error.name}${code}`
}
