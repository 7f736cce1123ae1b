import { randomBytes } from 'node:crypto'
import type { PrismaClient } from '@patchbay/prisma/database.ts'
import { hashPassword } from 'better-auth/crypto'

const letters = 'abcdefghjkmnpqrstuvwxyz23456789'

/** Four groups of five characters that are not mistaken for one another: 98 bits. */
export function madeUpPassword(): string {
  const characters: string[] = []
  while (characters.length < 20) {
    for (const byte of randomBytes(32)) {
      // Bytes above the last whole multiple would favour the first letters.
      if (byte < 256 - (256 % letters.length) && characters.length < 20)
        characters.push(letters[byte % letters.length] ?? '')
    }
  }
  return [0, 5, 10, 15].map((at) => characters.slice(at, at + 5).join('')).join('-')
}

/**
 * Gives a person a made-up password that has to be changed, takes away the second factor and ends every session: the way
 * back in for whoever may run commands on the hub's machine. Returns the password, or null when nobody has the address.
 */
export async function replacePassword(prisma: PrismaClient, email: string): Promise<string | null> {
  const user = await prisma.user.findUnique({ where: { email: email.toLowerCase() }, select: { id: true } })
  if (user === null) return null
  const password = madeUpPassword()
  const hash = await hashPassword(password)
  const where = { userId: user.id }
  await prisma.$transaction(async (tx) => {
    const changed = await tx.account.updateMany({
      where: { ...where, providerId: 'credential' },
      data: { password: hash },
    })
    if (changed.count === 0)
      await tx.account.create({
        data: { id: `credential-${user.id}`, ...where, providerId: 'credential', accountId: user.id, password: hash },
      })
    await tx.user.update({ where: { id: user.id }, data: { mustChangePassword: true, twoFactorEnabled: false } })
    await tx.twoFactor.deleteMany({ where })
    await tx.session.deleteMany({ where })
  })
  return password
}
