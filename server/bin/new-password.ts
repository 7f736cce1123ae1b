// A way back in: gives somebody a new password, printed once. `node server/bin/new-password.ts admin@patchbay.local`
// The embedded database belongs to one process, so stop the hub first.
import { openData } from '../src/app/data.ts'
import { readConfig } from '../src/config.ts'
import { readEnvironment } from '../src/environment.ts'
import { replacePassword } from '../src/engine/people/new-password.ts'

const [email] = process.argv.slice(2)
if (!email) {
  console.error('Usage: node server/bin/new-password.ts <e-mail address>')
  process.exit(1)
}
const database = await openData(readConfig(readEnvironment(process.env))).catch((error: Error) => {
  console.error(error.message)
  process.exit(1)
})
try {
  const password = await replacePassword(database.system.prisma, email)
  if (password === null) {
    console.error(`Nobody here has the address ${email}.`)
    process.exitCode = 1
  } else
    console.log(
      `New password of ${email}: ${password}\nIt has to be changed after the first sign-in. Sessions and the second factor are gone.`,
    )
} finally {
  await database.close()
}
