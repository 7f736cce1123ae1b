import type { Database, Row, Sql, Tx } from '@patchbay/prisma/database.ts'
import type { Db } from 'pg-boss'

/**
 * The hub's database as pg-boss takes it, on either engine: it takes its turn at PGlite's one connection like everybody
 * else, and on PostgreSQL it borrows from the hub's pool and hears the hub's one listening connection.
 */
export function bossDatabase(database: Pick<Database, 'system' | 'listen'>): Db {
  return {
    ...onSql(database.system.sql),
    async listen(channel, onNotification, onReconnect) {
      const stop = await database.listen(channel, onNotification, onReconnect)
      onReconnect()
      return { close: stop }
    },
  }
}

/** A transaction of the hub as pg-boss takes it, to send a job within. */
export function bossTransaction(tx: Sql | Pick<Tx, '$queryRawUnsafe'>): Db {
  if (!('$queryRawUnsafe' in tx)) return onSql(tx)
  return { executeSql: async (text, values = []) => ({ rows: await tx.$queryRawUnsafe<Row[]>(text, ...values) }) }
}

function onSql(sql: Sql): Pick<Db, 'executeSql'> {
  return {
    async executeSql(text, values) {
      // Without parameters it may be several statements, which the extended protocol does not take.
      const rows = values?.length ? await sql.query(text, values) : await sql.script(text)
      return { rows: rows.map(withNumbers) }
    },
  }
}

/** pg-boss counts in numbers; the hub's driver gives int8 as bigint, which does not mix with them. */
function withNumbers(row: Row): Row {
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === 'bigint') row[name] = Number(value)
  }
  return row
}
