/** A box of words for the terminal. */
export function box(lines: readonly string[]): string {
  const width = Math.max(...lines.map((line) => line.length))
  const rows = lines.map((line) => `│ ${line.padEnd(width)} │`)
  return [`╭${'─'.repeat(width + 2)}╮`, ...rows, `╰${'─'.repeat(width + 2)}╯`].join('\n')
}

/** Shown once in the life of a hub: the sign-in nobody else knows. */
export function firstSignIn(url: string, admin: { readonly email: string; readonly password: string }): string {
  return box([
    'Patchbay is yours. Sign in, then choose a password of your own:',
    '',
    `  ${url}`,
    `  e-mail    ${admin.email}`,
    `  password  ${admin.password}`,
    '',
    'This is shown once and kept nowhere.',
  ])
}
