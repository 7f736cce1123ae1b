import type { LogExportCommands } from '@patchbay/schema/commands/log-export.ts'
import type { Collaborators } from './collaborators.ts'
import { transact } from './transact.ts'

/** What is kept of exports: who took what, and how much of it. */
export function createLogExportCommands({ database, audit }: Collaborators): LogExportCommands {
  return {
    async note(actor, facts) {
      await transact(database, actor, (tx) =>
        audit.append(tx, actor, { action: 'log.exported', subjectType: 'Log', subjectId: facts.log, after: facts }),
      )
    },
  } satisfies LogExportCommands
}
