import type { AlertChannelModel, AlertRuleModel, SilenceModel } from '@patchbay/prisma/generated/models.ts'
import { byInstant, readPage, type Page, type PageArgs } from '../page.ts'
import { instantKeys, slicing, Where } from './where.ts'
import { inOrder, within, type Reach } from './reach.ts'

/** A channel without what is sealed. */
export type ChannelRow = Omit<AlertChannelModel, 'keyId' | 'wrappedKey' | 'ciphertext'>

const order = byInstant<{ readonly id: string; readonly createdAt: Date }>((row) => row.createdAt)
const keyset = instantKeys('createdAt')
const channelColumns = `"id", "organizationId", "name", "kind", "enabled", "connectionId", "recipients", "hint", "lastSentAt",
  "lastError", "version", "createdById", "createdAt", "updatedAt"`

/** Rules and silences of no connection in particular are everybody's; others only of those who see one of theirs. */
function withinReach(reach: Reach): Where {
  const where = within(new Where(), reach, null)
  if (reach.connectionIds.length === 0) return where
  return where.and(`("connectionIds" = '{}' or "connectionIds" && ${where.param([...reach.connectionIds])}::uuid[])`)
}

export interface RuleFilter {
  readonly enabled?: boolean | null | undefined
  readonly condition?: readonly string[] | null | undefined
  /** Row id of a channel. */
  readonly channelId?: string | null | undefined
}

/** Rules, newest first. */
export const rulePage = (reach: Reach, args: PageArgs, filter: RuleFilter, search?: string | null) =>
  page<AlertRuleModel>(reach, args, 'select * from "AlertRule"', () => {
    const where = withinReach(reach).oneOf('"condition"', filter.condition).contains(['"name"', '"id"::text'], search)
    if (filter.enabled != null) where.and(`"enabled" = ${where.param(filter.enabled)}`)
    if (filter.channelId != null) {
      const channel = `${where.param(filter.channelId)}::uuid`
      where.and(`(${channel} = any("channelIds") or ${channel} = any("escalateChannelIds"))`)
    }
    return where
  })

/** Channels, newest first. */
export const channelPage = (reach: Reach, args: PageArgs, kinds?: readonly string[] | null, search?: string | null) =>
  page<ChannelRow>(reach, args, `select ${channelColumns} from "AlertChannel"`, () =>
    within(new Where(), reach, null).oneOf('"kind"', kinds).contains(['"name"', '"id"::text'], search),
  )

export interface SilenceFilter {
  /** Now in force, still to come, or over. */
  readonly phase?: readonly ('ACTIVE' | 'PLANNED' | 'ENDED')[] | null | undefined
  readonly kind?: readonly string[] | null | undefined
  /** Row id of a connection it is about. */
  readonly connectionId?: string | null | undefined
}

/** Silences, newest first. */
export const silencePage = (reach: Reach, args: PageArgs, filter: SilenceFilter) =>
  page<SilenceModel>(reach, args, 'select * from "Silence"', () => {
    const where = withinReach(reach).oneOf('"kind"', filter.kind)
    if (filter.connectionId != null)
      where.and(`("connectionIds" = '{}' or ${where.param(filter.connectionId)}::uuid = any("connectionIds"))`)
    if (filter.phase == null) return where
    const now = `${where.param(reach.now())}::timestamptz`
    const over = `("endedAt" is not null or "endsAt" <= ${now})`
    const phases = {
      ACTIVE: `(not ${over} and "startsAt" <= ${now})`,
      PLANNED: `(not ${over} and "startsAt" > ${now})`,
      ENDED: over,
    }
    return where.and(`(${[`false`, ...filter.phase.map((name) => phases[name])].join(' or ')})`)
  })

type Kept = { readonly id: string; readonly createdAt: Date }

const page = <R extends Kept>(reach: Reach, args: PageArgs, select: string, make: () => Where): Promise<Page<R>> =>
  readPage<R, readonly [string, string]>(args, order, (slice) => {
    const where = make()
    const tail = slicing(where, slice, keyset, 'desc')
    return reach.tenant.sql.query<R & Record<string, unknown>>(`${select} ${where} ${tail}`, where.params)
  })

const byId = async <R extends Kept>(reach: Reach, ids: readonly string[], select: string, where: Where) => {
  where.oneOf('"id"', ids, 'uuid')
  const rows = await reach.tenant.sql.query<R & Record<string, unknown>>(`${select} ${where}`, where.params)
  return inOrder<R, R>(
    ids,
    rows,
    (row) => row.id,
    (row) => row,
  )
}

export const rulesById = (reach: Reach, ids: readonly string[]): Promise<(AlertRuleModel | null)[]> =>
  byId(reach, ids, 'select * from "AlertRule"', withinReach(reach))

export const channelsById = (reach: Reach, ids: readonly string[]): Promise<(ChannelRow | null)[]> =>
  byId(reach, ids, `select ${channelColumns} from "AlertChannel"`, within(new Where(), reach, null))

export const silencesById = (reach: Reach, ids: readonly string[]): Promise<(SilenceModel | null)[]> =>
  byId(reach, ids, 'select * from "Silence"', withinReach(reach))
