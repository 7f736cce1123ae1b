import { spawn } from 'node:child_process'
import { execPath } from 'node:process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { RefreshTask } from './refresh-child.ts'

const child = fileURLToPath(new URL('./refresh-child.ts', import.meta.url))

/** Lets processes open the same credentials at the same moment. Returns the distinct access tokens each was handed. */
export async function openInProcesses(processes: number, task: RefreshTask): Promise<string[][]> {
  const children = Array.from({ length: processes }, () =>
    spawn(execPath, [child, JSON.stringify(task)], { stdio: ['pipe', 'pipe', 'inherit'] }),
  )
  const outputs = children.map((each) => createInterface({ input: each.stdout })[Symbol.asyncIterator]())
  const lines = () => Promise.all(outputs.map(async (output) => (await output.next()).value as string | undefined))
  const ready = await lines()
  if (ready.some((line) => line !== 'ready')) throw new Error(`a process did not come up: ${ready.join()}`)
  for (const each of children) each.stdin.write('go\n')
  return (await lines()).map((line) => JSON.parse(line ?? '[]') as string[])
}
