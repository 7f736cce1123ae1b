import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { until } from './until.ts'

const main = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url))

export interface HubProcess {
  readonly pid: number
  /** What it wrote so far, both streams together. */
  output(): string
  /** Waits for readiness; where it is reached. */
  ready(): Promise<string>
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<number | null>
  /** Exit code, once it has ended by itself. */
  exited(): Promise<number | null>
  /** Closes the channel to its parent, as a killed start script would. */
  abandon(): void
}

/** Where Node keeps what it compiled, as `npm start` gives it to the hub. */
const compiled = process.env['NODE_COMPILE_CACHE']

/** Starts the hub as its own process, with nothing of this process's environment but the path and what is compiled. */
export function startHubProcess(env: Readonly<Record<string, string>>): HubProcess {
  const child = spawn(process.execPath, [main], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { PATH: process.env['PATH'], PORT: '0', ...(compiled && { NODE_COMPILE_CACHE: compiled }), ...env },
  })
  let output = ''
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null)
  for (const stream of streams) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  // Not the child's own 'close': that never comes once this side has disconnected the channel.
  const closed = Promise.all([once(child, 'exit'), ...streams.map((stream) => once(stream, 'close'))]).then(
    ([exit]) => (exit as [number | null])[0],
  )
  return {
    pid: child.pid ?? 0,
    output: () => output,
    async ready() {
      return until(
        'the hub is ready',
        () => {
          if (child.exitCode !== null) throw new Error(`the hub ended with ${child.exitCode}:\n${output}`)
          return /Patchbay is ready: (\S+)/.exec(output)?.[1]
        },
        90_000,
      )
    },
    async end(signal) {
      child.kill(signal)
      return closed
    },
    exited: () => closed,
    abandon: () => child.disconnect(),
  }
}
