// Tells what is due in a process of its own: made to be killed while it sends.
// Arguments: {"open": OpenOptions, "keys": "id:base64", "origin": "http://…"} as JSON.
import { openDatabase } from '@patchbay/prisma/client.ts'
import { createMachine } from './alert-machine.ts'

const { open, keys, origin } = JSON.parse(process.argv[2] ?? '{}') as {
  open: { url?: string; dataDir?: string }
  keys: string
  origin: string
}
const database = await openDatabase(open)
const { worker } = createMachine({ database, keys, origin })
await worker.settle()
