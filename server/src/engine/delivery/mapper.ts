import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { MappingAnswer, MappingTask } from './mapping.ts'

/** Longest evaluation, in milliseconds; its process is killed then. */
export const longestMs = 250
/** Bytes of a result as JSON. */
export const mostBytes = 256 * 1024
const mostProcesses = 2
/** A process nobody asks goes after this long. */
const idleMs = 60_000
/** Heap of a process. A large event and what is made of it take a tenth. */
const heapMegabytes = 64

export interface Mapper {
  /** What is wrong with an expression, in words; null when it can be used. */
  check(expression: string): Promise<string | null>
  /** `json` is JSON text. Callers with the same `turn` go one after the other, so that none takes all processes. */
  evaluate(task: { readonly expression: string; readonly json: string; readonly turn: string }): Promise<MappingAnswer>
  close(): Promise<void>
}

const over = 'the mapper is closed'

type Ending = MappingAnswer | 'LATE' | 'DIED'

const tooSlow = `The expression takes longer than ${longestMs} ms. Make it do less, or look for a loop that does not end.`
const tooBig = 'The expression takes more memory than it may have. Make it do less, or look for a list that only grows.'

/**
 * JSONata in processes that can be killed: an expression is a program of somebody else's. Threads do not do, one that
 * doubled a list was seen to take the hub with it (V8 ends the whole process when a thread jumps over its heap limit).
 * What went wrong is believed at the second try only, since a busy machine can stop the first.
 */
export function createMapper(): Mapper {
  const idle: { readonly child: ChildProcess; readonly timer: NodeJS.Timeout }[] = []
  const all = new Set<ChildProcess>()
  const waiting: (() => void)[] = []
  const turns = new Map<string, Promise<unknown>>()
  let busy = 0
  let closed = false

  async function start(): Promise<ChildProcess> {
    const child = fork(fileURLToPath(new URL('../../../bin/mapping.ts', import.meta.url)), [], {
      env: {},
      execArgv: [`--max-old-space-size=${heapMegabytes}`, '--max-semi-space-size=8'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    all.add(child)
    child.once('exit', () => all.delete(child))
    // What goes wrong with a process shows as its exit; an error nobody hears would end the hub.
    child.on('error', () => {})
    const exit = once(child, 'exit').then(() => {
      throw new Error(closed ? over : 'a process for mappings did not start')
    })
    await Promise.race([once(child, 'message'), exit])
    exit.catch(() => {})
    return child
  }

  /** Waits for a place; null when there is no more work to begin. */
  async function take(): Promise<ChildProcess | null> {
    if (busy >= mostProcesses) await new Promise<void>((resolve) => waiting.push(resolve))
    else busy += 1
    if (closed) return null
    for (let spare = idle.pop(); spare !== undefined; spare = idle.pop()) {
      clearTimeout(spare.timer)
      if (isAlive(spare.child)) return spare.child
    }
    return start()
  }

  function giveBack(child: ChildProcess | null): void {
    if (child !== null && isAlive(child) && !closed) {
      const timer = setTimeout(() => child.kill('SIGKILL'), idleMs)
      timer.unref()
      child.unref()
      child.channel?.unref()
      idle.push({ child, timer })
    }
    const next = waiting.shift()
    if (next) next()
    else busy -= 1
  }

  async function run(task: MappingTask): Promise<Ending> {
    let child: ChildProcess | null = null
    try {
      child = await take()
      if (child === null) throw new Error(over)
      child.ref()
      child.channel?.ref()
      return await ask(child, task)
    } finally {
      giveBack(child)
    }
  }

  async function believed(task: MappingTask): Promise<MappingAnswer> {
    const first = await run(task)
    const answer = typeof first === 'string' ? await run(task) : first
    return typeof answer === 'string' ? { fault: answer === 'LATE' ? tooSlow : tooBig } : answer
  }

  function inTurn<T>(turn: string, work: () => Promise<T>): Promise<T> {
    const mine = (turns.get(turn) ?? Promise.resolve()).then(work, work)
    turns.set(turn, mine)
    const done = () => void (turns.get(turn) === mine && turns.delete(turn))
    mine.then(done, done)
    return mine
  }

  return {
    async check(expression) {
      const answer = await inTurn(expression, () => believed({ expression, value: null, mostBytes }))
      return 'fault' in answer ? answer.fault : null
    },
    evaluate: ({ expression, json, turn }) => inTurn(turn, () => believed({ expression, value: json, mostBytes })),
    async close() {
      closed = true
      for (const { timer } of idle) clearTimeout(timer)
      await Promise.all(
        [...all].map(async (child) => {
          child.ref()
          const gone = once(child, 'exit')
          child.kill('SIGKILL')
          await gone
        }),
      )
    },
  }
}

const isAlive = ({ connected, exitCode, signalCode }: ChildProcess): boolean =>
  connected && exitCode === null && signalCode === null

/** One evaluation in a process that is ready. Resolves once the process can be used again, or is gone. */
function ask(child: ChildProcess, task: MappingTask): Promise<Ending> {
  return new Promise((resolve) => {
    let late = false
    // The answer may already be waiting behind a busy event loop: look once before killing.
    const timer = setTimeout(() => setImmediate(() => (late = child.kill('SIGKILL'))), longestMs)
    const settle = (ending: Ending) => {
      clearTimeout(timer)
      child.off('message', answered).off('exit', exited)
      resolve(ending)
    }
    const answered = (answer: unknown) => settle(answer as MappingAnswer)
    const exited = () => settle(late ? 'LATE' : 'DIED')
    child.on('message', answered).on('exit', exited)
    child.send(task, (error) => {
      // Its exit is on the way, and says what happened.
      if (error !== null) child.kill('SIGKILL')
    })
  })
}
