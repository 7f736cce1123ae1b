import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A server of its own process; its first line of output that starts with http is its URL. */
export interface Child extends AsyncDisposable {
  readonly url: string
  readonly process: ChildProcess
}

/** Starts `node <file> <args>` and waits for the URL it prints. With BENCH_PROFILE=<folder> it leaves a CPU profile there. */
export async function startChild(file: string, args: readonly string[] = []): Promise<Child> {
  const folder = process.env['BENCH_PROFILE']
  const flags = folder ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : []
  const child = spawn(process.execPath, [...flags, file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production', GRAPHILE_ENV: 'production' },
  })
  const ended = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  const url = await Promise.race([
    new Promise<string>((resolve) => {
      lines.on('line', (line) => {
        if (line.startsWith('http')) resolve(line.trim())
      })
    }),
    ended.then(([code]) => {
      throw new Error(`${file} ended with ${String(code)} before it listened`)
    }),
  ])
  return {
    url,
    process: child,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
