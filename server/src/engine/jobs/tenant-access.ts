import type { Database } from '@patchbay/prisma/database.ts'

/**
 * Lets an organization's transaction send jobs: role hub_app may add jobs, and see them, as long as they name its own
 * organization. Row level security of the job table holds that, as it does for the hub's own tables. Does nothing once done.
 */
export async function allowTenants(database: Pick<Database, 'system'>): Promise<void> {
  const open = await database.system.sql.query<{ name: string }>(
    `select distinct q.table_name as name from pgboss.queue q
     join pg_class c on c.relname = q.table_name and c.relnamespace = 'pgboss'::regnamespace where not c.relrowsecurity`,
  )
  if (open.length === 0) return
  await database.system.sql.transaction(async (sql) => {
    await sql.query(`select pg_advisory_xact_lock(hashtextextended('hub.jobs.access', 0))`)
    await sql.script('grant usage on schema pgboss to hub_app; grant select on pgboss.queue to hub_app')
    for (const { name } of open) {
      const table = `pgboss."${name.replaceAll('"', '""')}"`
      await sql.script(`
        grant select, insert on ${table} to hub_app;
        alter table ${table} enable row level security;
        drop policy if exists organization on ${table};
        create policy organization on ${table} to hub_app
          using (data ->> 'organizationId' = (select current_setting('hub.organization', true)))
          with check (data ->> 'organizationId' = (select current_setting('hub.organization', true)))`)
    }
  })
}
