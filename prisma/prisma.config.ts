import { defineConfig } from 'prisma/config'

/** Read by the `prisma` command only; the hub itself opens its database in src/client.ts. */
export default defineConfig({
  schema: 'models',
  migrations: { path: 'migrations' },
  datasource: { url: process.env['DATABASE_URL'] ?? 'postgresql://localhost:5432/patchbay' },
})
