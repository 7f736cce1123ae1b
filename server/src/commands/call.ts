import type { CallCommands } from '@patchbay/schema/commands/call.ts'
import { ConflictError } from '@patchbay/schema/errors.ts'
import type { Collaborators } from './collaborators.ts'

/** Rules of calls that people and programs make themselves. */
export function createCallCommands(_hub: Collaborators): CallCommands {
  return {
    async send() {
      throw new ConflictError('This hub cannot send requests of yours yet.')
    },
  }
}
