import { createHash } from 'node:crypto'
import { openDatabase } from '@patchbay/prisma/client.ts'
import type { Database } from '@patchbay/prisma/database.ts'
import { migrate } from '@patchbay/prisma/migrations.ts'
import { ensurePartitions } from '@patchbay/prisma/retention.ts'

export const benchKey = 'pb_bench_0123456789abcdef0123456789abcdef'
/** The vault's master key, the same for every process of a run. */
export const masterKey: Uint8Array = createHash('sha256').update('bench').digest()
export const organizationId = '0198c000-0000-7000-8000-000000000001'

/** A server's URL, or the folder of an embedded database. */
export type DatabasePlace = { readonly url: string } | { readonly dataDir: string }

/** Rows both servers read: 40 connections of one organization, 200 calls each, and as many of a second organization. */
export async function seed(place: DatabasePlace): Promise<Database> {
  const database = await openDatabase(place)
  await migrate(database)
  await ensurePartitions(database)
  const other = organizationId.replace(/1$/, '2')
  await database.system.sql.script(`
    insert into "Organization" (id, name, slug, "updatedAt") values
      ('${organizationId}', 'Bench', 'bench', now()), ('${other}', 'Other', 'other', now());
    insert into "ApiKey" (id, "organizationId", name, prefix, hash, role, scopes, "connectionIds") values
      (gen_random_uuid(), '${organizationId}', 'bench', 'pb_bench_01', '${createHash('sha256').update(benchKey).digest('hex')}', 'OWNER', '{*}', '{}');
    insert into "Connection" (id, "organizationId", provider, category, name, environment, status, health, "updatedAt", "createdAt")
      select gen_random_uuid(), o.id, (array['stripe','paypal','printful','printify','aramex','shopify','sendgrid','google-calendar'])[1 + n % 8],
        'PAYMENT', 'Connection ' || n, 'LIVE', 'ACTIVE', 'HEALTHY', now(), now() - n * interval '1 minute'
      from "Organization" o, generate_series(1, 40) n;
    insert into "Call" (id, at, "organizationId", "connectionId", provider, environment, purpose, operation, method, host, path, status, ok,
        "latencyMs", attempts, "requestBytes", "responseBytes", "requestHead", steps, "actorKind", "correlationId")
      select gen_random_uuid(), now() - n * interval '3 seconds', c."organizationId", c.id, c.provider, 'LIVE', 'OPERATION', 'payments.get', 'GET',
        'api.stripe.com', '/v1/payment_intents/pi_' || n, 200, true, 40 + n % 90, 1, 0, 512, '{}', '[]', 'SYSTEM', gen_random_uuid()
      from "Connection" c, generate_series(1, 200) n;
    comment on table "Call" is E'@foreignKey ("connectionId") references "Connection" ("id")';
    analyze;
  `)
  return database
}
