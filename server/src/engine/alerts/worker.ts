import type { Database } from '@patchbay/prisma/database.ts'
import type { LiveWriter } from '../live/contract.ts'
import { claim, type Claimed } from './claim.ts'
import type { AlertChannels, AlertWorker } from './contract.ts'
import { prepare } from './defaults.ts'
import { measure } from './figures.ts'
import { createPostman, type SmtpSettings } from './mail.ts'
import { remind } from './reminders.ts'
import { alertsChannel } from './ring.ts'
import { route } from './route.ts'
import { alertDefaults, type AlertSettings } from './settings.ts'
import { tell, trial, type TellTools } from './tell.ts'

export interface AlertWorkerOptions extends Omit<TellTools, 'settings' | 'postman' | 'database'> {
  readonly database: Pick<Database, 'system' | 'tenant' | 'listen'>
  readonly live: Pick<LiveWriter, 'append'>
  /** Null: mail goes through connections alone. */
  readonly smtp: SmtpSettings | null
  readonly settings?: Partial<AlertSettings>
  /** Told about failed turns; they are repeated. */
  readonly onFault: (error: unknown) => void
}

/** The streams' doorbell: an alert that was raised or changed rings it. */
const liveChannel = 'hub_live'
/** Organizations founded since are given their bell this often, in milliseconds. */
const prepareEveryMs = 60_000

/** Batches of alerts routed before channels are told of them. */
const mostBatches = 50

/** The machine behind alerts: chooses channels, tells them, measures and reminds. */
export function createAlertWorker(options: AlertWorkerOptions): AlertWorker & AlertChannels {
  const { database, now, onFault } = options
  const settings: AlertSettings = { ...alertDefaults, ...options.settings }
  const postman = options.smtp === null ? null : createPostman(options.smtp)
  const tools: TellTools = { ...options, settings, postman }
  /** Channels this process is telling something now. */
  const telling = new Map<string, Promise<void>>()
  const unlisten: (() => Promise<void>)[] = []
  let poll: NodeJS.Timeout | null = null
  let turn: Promise<boolean> | null = null
  let again = false
  let stopped = false
  let preparedAt = -Infinity

  function begin(claimed: Claimed): void {
    const { id } = claimed.channel
    const done = tell(tools, claimed, onFault)
      .catch(onFault)
      .finally(() => {
        telling.delete(id)
        ring()
      })
    telling.set(id, done)
  }

  /** One turn: routes what waits, claims what is due and begins to send it. Says whether there was anything to do. */
  async function once(): Promise<boolean> {
    if (now().getTime() - preparedAt >= prepareEveryMs) {
      await prepare(database, now())
      preparedAt = now().getTime()
    }
    // Everything first, so that a storm goes out as one message.
    let routed = 0
    for (let n = 0; n < mostBatches; n++) {
      const found = await route({ ...options, newId: () => options.newId() })
      routed += found
      if (found === 0) break
    }
    const claimed = await claim(tools, [...telling.keys()], settings.channelsAtOnce - telling.size)
    for (const one of claimed) begin(one)
    return routed > 0 || claimed.length > 0
  }

  /** Turns do not overlap: whoever rings during one makes another follow. */
  function ring(): void {
    if (stopped) return
    if (turn !== null) {
      again = true
      return
    }
    turn = once()
      .catch((error: unknown) => {
        onFault(error)
        return false
      })
      .finally(() => {
        turn = null
      })
    void turn.then((busy) => {
      if (!busy && !again) return
      again = false
      ring()
    })
  }

  return {
    canMail: postman !== null,

    async test(organizationId, channelId) {
      const { ok, message } = await trial(tools, organizationId, channelId)
      return { ok, message }
    },

    async start() {
      unlisten.push(
        await database.listen(liveChannel, (payload) => payload === 'alerts' && ring(), ring),
        await database.listen(alertsChannel, ring, ring),
      )
      poll = setInterval(ring, settings.pollMs).unref()
      ring()
    },

    async settle() {
      for (;;) {
        await turn
        const busy = await once()
        if (busy) continue
        if (telling.size === 0) return
        await Promise.race(telling.values())
      }
    },

    measure: () => measure(options),
    remind: () => remind(options),

    async stop(timeoutMs) {
      stopped = true
      if (poll !== null) clearInterval(poll)
      for (const end of unlisten.splice(0)) await end()
      await turn
      let timer: NodeJS.Timeout | undefined
      const patience = new Promise((resolve) => (timer = setTimeout(resolve, timeoutMs)))
      await Promise.race([Promise.allSettled(telling.values()), patience])
      clearTimeout(timer)
      postman?.close()
    },
  }
}
