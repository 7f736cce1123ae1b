import type { Database } from '@patchbay/prisma/database.ts'
import { type KeyWrapper, type SealedTable, sealedTables } from './contract.ts'
import { VaultBootError, VaultError } from './errors.ts'

/** Sealed under every master key the hub has met: whoever opens it has the right key. Public, so not a secret itself. */
const knownText = Buffer.from('patchbay master key check, v1 ..')
const context = (keyId: string) => JSON.stringify(['patchbay', 1, 'MasterKey', keyId])

/**
 * Refuses to start with master keys that would make credentials unreadable: a known id with another key behind it, or
 * rows sealed with an id that is not configured. Keys met for the first time are remembered.
 * @throws VaultBootError listing every fault
 */
export async function checkMasterKeys(
  database: Pick<Database, 'system'>,
  wrappers: readonly KeyWrapper[],
): Promise<void> {
  const faults = await missingKeys(database, wrappers)
  const fresh: KeyWrapper[] = []
  const known = await readChecks(database)
  for (const wrapper of wrappers) {
    const check = known.get(wrapper.id)
    const fault = check ? await checkFault(wrapper, check) : null
    if (fault) faults.push(fault)
    if (!check) fresh.push(wrapper)
  }
  // Nothing is remembered of a start that is refused: it may have been the mistake.
  if (faults.length > 0) throw new VaultBootError(faults)
  await remember(database, fresh)
}

async function readChecks(database: Pick<Database, 'system'>): Promise<Map<string, Uint8Array>> {
  const rows = await database.system.sql.query<{ id: string; check: Uint8Array }>(
    `select "id", "check" from "MasterKey"`,
  )
  return new Map(rows.map((row) => [row.id, row.check]))
}

async function checkFault(wrapper: KeyWrapper, check: Uint8Array): Promise<string | null> {
  const from = wrapper.origin ? ` (from ${wrapper.origin})` : ''
  try {
    const text = await wrapper.unwrap(check, context(wrapper.id))
    if (knownText.equals(text)) return null
  } catch (cause) {
    if (!(cause instanceof VaultError)) {
      throw new VaultBootError(
        [
          `Master key "${wrapper.id}"${from} could not be reached to check it. Is its key service up, and is the hub allowed to use it?`,
        ],
        { cause },
      )
    }
  }
  return (
    `Master key "${wrapper.id}"${from} is not the key this database knows by that id. Put the original key back. ` +
    `If you meant to bring in a new key, give it a new id, put it first and keep the old one behind it; then rotate.`
  )
}

const nouns: Readonly<Record<SealedTable, string>> = {
  Credential: 'credentials',
  OAuthFlow: 'pending authorizations',
  SourceSecret: 'secrets of sources',
  EndpointKey: 'signing keys of endpoints',
  AlertChannel: 'addresses of alert channels',
  ApiKeySuccessor: 'successors of API keys',
  Erasure: 'subjects of erasures under way',
  OperationResult: 'results of operations',
}

async function missingKeys(database: Pick<Database, 'system'>, wrappers: readonly KeyWrapper[]): Promise<string[]> {
  const counts = sealedTables.map(
    (table) =>
      `select "keyId", '${table}' as kind, count(*) as rows from "${table}" where "keyId" is not null group by 1`,
  )
  const rows = await database.system.sql.query<{ keyId: string; sealed: string[] }>(
    `select "keyId", array_agg(rows || ' ' || ($2::jsonb ->> kind) order by kind) as sealed
     from (${counts.join(' union all ')}) as used where "keyId" <> all($1::text[]) group by 1 order by 1`,
    [wrappers.map((wrapper) => wrapper.id), JSON.stringify(nouns)],
  )
  const ring = wrappers.map((wrapper) => `"${wrapper.id}"`).join(', ')
  return rows.map(
    ({ keyId, sealed }) =>
      `Master key "${keyId}" is missing: ${sealed.join(', ')} are sealed with it, ` +
      `and configured are only ${ring}. Add "${keyId}" again behind the primary key, start, and rotate before you remove it.`,
  )
}

async function remember(database: Pick<Database, 'system'>, fresh: readonly KeyWrapper[]): Promise<void> {
  for (const wrapper of fresh) {
    const check = await wrapper.wrap(knownText, context(wrapper.id))
    const [stored] = await database.system.sql.query<{ id: string }>(
      `insert into "MasterKey" ("id", "check") values ($1, $2) on conflict ("id") do nothing returning "id"`,
      [wrapper.id, check],
    )
    if (stored) continue
    // Another replica was first; with the same key, or this one must not go on.
    const winner = (await readChecks(database)).get(wrapper.id)
    const fault = winner ? await checkFault(wrapper, winner) : null
    if (fault) throw new VaultBootError([fault])
  }
}
