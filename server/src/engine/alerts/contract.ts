import type { Sql, Tx } from '@patchbay/prisma/database.ts'
import type { Actor } from '@patchbay/schema/context.ts'

/** A transaction that alerts join: Prisma's, or plain SQL on a hot path. */
export type AlertTx = Pick<Tx, '$executeRawUnsafe' | '$queryRawUnsafe'> | Sql

export interface AlertInput {
  readonly organizationId: string
  /** noun.verb: "endpoint.down". The catalogue is in schema/src/alert-kinds.ts. */
  readonly kind: string
  readonly severity: 'INFO' | 'WARNING' | 'CRITICAL'
  /** As audit entries name it: "Connection", "Endpoint", "Source", "ApiKey". */
  readonly subjectType: string
  readonly subjectId: string
  /** A few words: what is wrong, and where. */
  readonly title: string
  /** What happened, and what to do. No secrets: it is sent to every channel. */
  readonly text: string
  /**
   * While an alert with this key is open, another one counts up in its row and replaces its words: "connection.down:<id>".
   * Default "": every alert is a row of its own.
   */
  readonly dedupeKey?: string
  /** Connection it is about, also through a source or a rule: what rules, silences and narrowed keys go by. */
  readonly connectionId?: string | null
  /** Tells of something that is over already, a recovery: nobody has to take it. Default false. */
  readonly over?: boolean
}

/** Tells operators of what changed. */
export interface Alerts {
  /**
   * Joins the caller's transaction, so that a change and its alert commit together. Takes the stream's lock: call it late,
   * before the audit entry. Rows of alerts change under that lock alone, or two writers could wait for each other.
   */
  raise(tx: AlertTx, alerts: readonly AlertInput[]): Promise<void>
  /**
   * What these keys told of is over: their open alerts are resolved, and whoever was told of them hears so. Cheap when
   * none is open: the stream's lock is not taken then. `words` say why, below the alert's own.
   */
  settle(tx: AlertTx, organizationId: string, dedupeKeys: readonly string[], words?: string): Promise<void>
}

/** What became of a message to a channel. */
export interface Telling {
  readonly ok: boolean
  /** In words: where it went, or what is wrong and what to do. Never holds a secret. */
  readonly message: string
  /** Trying again may help. */
  readonly retry: boolean
}

/** The ways alerts reach people. */
export interface AlertChannels {
  /** The hub has an SMTP server of its own. */
  readonly canMail: boolean
  /** Really sends a test message. Not inside a transaction. Throws NotFoundError for a channel that is gone. */
  test(organizationId: string, channelId: string, actor: Actor): Promise<Pick<Telling, 'ok' | 'message'>>
}

/** Chooses channels for alerts and tells them. Any number of processes may run one. */
export interface AlertWorker {
  start(): Promise<void>
  /** Takes turns until nothing is due at the present time. */
  settle(): Promise<void>
  /** Raises and settles what rules on figures say. Once a minute. */
  measure(): Promise<void>
  /** Reminds of credentials that are due and of grants that ended. Every ten minutes. */
  remind(): Promise<void>
  /** Lets what is being sent finish, at most `timeoutMs`; what is open then is sent again when its claim ends. */
  stop(timeoutMs: number): Promise<void>
}
