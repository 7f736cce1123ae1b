import { Worker } from 'node:worker_threads'
import { evaluate, type MappingTask } from '../src/engine/delivery/mapping.ts'

// Entry of a process of its own, started by engine/delivery/mapper.ts. Nothing of the hub is in reach here: no environment, no database.

// An expression that does not end keeps this thread from noticing that the hub was killed. A second thread looks after
// that, or the process would run for ever.
const watch = `setInterval(() => { if (process.ppid !== ${process.ppid}) process.kill(process.pid, 'SIGKILL') }, 1000)`
new Worker(watch, { eval: true }).unref()

process.on('disconnect', () => process.exit())
process.on('message', (task: MappingTask) => {
  void evaluate(task).then((answer) => process.send?.(answer))
})
process.send?.('ready')
