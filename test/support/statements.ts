import type { TestDatabase } from './database.ts'

/**
 * The same database, telling what is asked in an organization's name: statements, and operations of Prisma by model. An
 * operation counts once, since Prisma reads each relation of it with one statement for all rows.
 */
export function listening(given: TestDatabase, heard: (statement: string) => void): TestDatabase {
  return {
    ...given,
    tenant: (organizationId) => {
      const tenant = given.tenant(organizationId)
      const query: typeof tenant.sql.query = (text, params) => {
        heard(text)
        return tenant.sql.query(text, params)
      }
      return {
        organizationId,
        sql: { ...tenant.sql, query },
        get prisma() {
          return tenant.prisma.$extends({
            query: {
              $allOperations({ model, operation, args, query: run }) {
                heard(`${model}.${operation}`)
                return run(args)
              },
            },
          }) as unknown as typeof tenant.prisma
        },
      }
    },
  }
}
