// Logs calls in a process of its own, batch after batch, and says each batch's ids once they are flushed: made to be
// killed. Arguments: {"open": OpenOptions, "organizationId": "…"} as JSON.
import { openDatabase } from '@patchbay/prisma/client.ts'
import { createCallLog } from '@patchbay/server/engine/calls/calls.ts'
import { createLive } from '@patchbay/server/engine/live/live.ts'
import { callRow } from './call-row.ts'

const { open, organizationId } = JSON.parse(process.argv[2] ?? '{}') as {
  open: { url?: string; dataDir?: string }
  organizationId: string
}
const database = await openDatabase(open)
const log = createCallLog({ database, live: createLive({ database }), batchRows: 20 })
for (;;) {
  const rows = Array.from({ length: 50 }, () => callRow({ organizationId, connectionId: organizationId }))
  await Promise.all(rows.map((row) => log.add(row)))
  await log.flush()
  process.stdout.write(`${rows.map((row) => row.id).join(',')}\n`)
}
