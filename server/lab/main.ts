import { parseArgs } from 'node:util'
import { startLab } from './lab.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4100' },
    host: { type: 'string', default: '127.0.0.1' },
    persist: { type: 'string' },
  },
})
const lab = await startLab({
  port: Number(values.port),
  host: values.host,
  ...(values.persist === undefined ? {} : { persist: values.persist }),
})
console.log(`Provider lab (simulated vendors): ${lab.origin}`)
console.log(`Steering: ${lab.origin}/_control/vendors`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void lab.close())
