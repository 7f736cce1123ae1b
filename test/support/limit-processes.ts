import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import type { LimitTask } from './limit-child.ts'
import { until } from './until.ts'

const script = fileURLToPath(new URL('./limit-child.ts', import.meta.url))

/** A process of a hub that takes calls. */
export interface LimitProcess {
  /** Calls it says it was granted so far over one of its connections. */
  granted(index?: number): number
  readonly isDone: boolean
  go(): void
  /** SIGKILL. Resolves when it is gone. */
  kill(): Promise<void>
  /** Lets it stop properly. */
  end(): Promise<void>
}

export async function startLimitProcess(task: LimitTask): Promise<LimitProcess> {
  const child: ChildProcess = spawn(execPath, [script, JSON.stringify(task)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  let said = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (said += text))
  await until('a process comes up', () => said.includes('ready'))
  return {
    granted: (index = 0) => said.split(String(index)).length - 1,
    get isDone() {
      return said.includes('end')
    },
    go: () => void child.stdin?.write('go\n'),
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
    async end() {
      child.stdin?.write('end\n')
      await gone
    },
  }
}
