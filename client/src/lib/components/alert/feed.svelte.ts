import { createContext, untrack } from 'svelte'
import { hub } from '#lib/graphql/client.svelte.ts'
import {
  AlertRaisedDocument,
  UnseenAlertsDocument,
  type AlertLineFragment,
  type UnseenAlertsQuery,
} from '#lib/graphql/generated/graphql.ts'
import { Query } from '#lib/graphql/query.svelte.ts'
import { onceOpen, openStream } from '#lib/graphql/stream.ts'
import { LiveLog } from '#lib/state/live-log.svelte.ts'
import { onlyNew } from './news.ts'

/** The count is asked for again at most this often while alerts move. */
const restMs = 1000

/**
 * Alerts as they are raised and change: one stream for the whole admin, which the bell and every list read. Lives as long as
 * the shell around the pages.
 */
export class AlertFeed {
  readonly #log = new LiveLog<AlertLineFragment>()
  readonly #unseen: Query<UnseenAlertsQuery, Record<string, never>>
  #opened = $state(0)

  /** `active` tells whether the viewer may see alerts at all; `onNews` gets what has just been raised. */
  constructor(active: () => boolean, onNews: (alert: AlertLineFragment) => void) {
    this.#unseen = new Query(UnseenAlertsDocument, () => (active() ? {} : null))
    const stream = openStream(AlertRaisedDocument, {}, ({ alertRaised: { alerts, cursor, catchingUp } }) => ({
      rows: alerts,
      cursor,
      catchingUp,
    }))
    $effect(() => {
      void hub.client
      if (!active()) return
      return untrack(() => this.#log.start(onceOpen(stream, () => (this.#opened += 1))))
    })
    let timer: ReturnType<typeof setTimeout> | undefined
    $effect(() => {
      if (this.#log.rows.length === 0 && this.#opened === 0) return
      timer ??= setTimeout(() => {
        timer = undefined
        this.#unseen.refetch()
      }, restMs)
    })
    $effect(() => () => clearTimeout(timer))
    /** Ids that were told of: a count that grew is no news. */
    const isNew = onlyNew()
    $effect(() => {
      for (const alert of this.#log.rows.slice(0, 50)) {
        if (!isNew(alert.uuid)) continue
        if (alert.state === 'OPEN' && alert.count === 1 && !alert.silenced) untrack(() => onNews(alert))
      }
    })
  }

  /** What changed since the page was loaded, newest change first; one that changed twice stands there twice. */
  get changes(): readonly AlertLineFragment[] {
    return this.#log.rows
  }
  /** Grows when the stream opens: what was read before may lack what happened meanwhile. */
  get opened(): number {
    return this.#opened
  }
  get unseen(): number {
    return this.#unseen.data?.unseenAlerts ?? 0
  }
  /** Counts again: somebody has looked. */
  recount = (): void => this.#unseen.refetch()
}

const [read, provide] = createContext<AlertFeed>()
export const provideAlertFeed = provide
export const useAlertFeed = read
