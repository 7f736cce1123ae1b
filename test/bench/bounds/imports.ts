// Imports the hub as a start does and prints what that took: `node imports.ts <providers loaded besides>` (a number, default
// none: they load at their first use). One line of JSON: milliseconds of processor time, bytes of the process and of its heap.
import '@patchbay/server/app.ts'
import { providers } from '@patchbay/server/providers/index.ts'

for (const slug of [...providers.keys()].slice(0, Number(process.argv[2] ?? 0))) providers.get(slug)
const { user, system } = process.cpuUsage()
const { rss, heapUsed } = process.memoryUsage()
console.log(JSON.stringify({ cpuMs: (user + system) / 1000, rss, heapUsed }))
