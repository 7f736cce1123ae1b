// Starts a process for mappings, has it evaluate something that never ends, prints its id, and waits to be killed.
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const child = fork(fileURLToPath(new URL('../../server/bin/mapping.ts', import.meta.url)), [], { env: {} })
child.once('message', () => {
  child.send({ expression: '($f := function($n){ $f($n + 1) }; $f(1))', value: '{}', mostBytes: 1 })
  process.stdout.write(`${child.pid}\n`)
})
