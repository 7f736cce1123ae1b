import type { Tx } from '@patchbay/prisma/database.ts'
import type { SavedDashboard } from '@patchbay/prisma/generated/client.ts'
import type { SavedDashboardCommands, SavedDashboardFields } from '@patchbay/schema/commands/saved-dashboard.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { dashboardPanel, type DashboardPanel } from '@patchbay/schema/dashboard-panels.ts'
import {
  ConflictError,
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
  type FieldFault,
} from '@patchbay/schema/errors.ts'
import type { Collaborators } from './collaborators.ts'
import { digest, once } from './once.ts'
import { checkId, lockSet, transact } from './transact.ts'

const longestName = 80
const mostPanels = 24
/** Dashboards of one person at most. */
const mostDashboards = 100

/** Rules of saved dashboards. */
export function createSavedDashboardCommands(hub: Collaborators): SavedDashboardCommands {
  const { database, audit, now, newId } = hub

  return {
    async save(actor, { idempotencyKey, ...input }) {
      const { name = '', shared = false, panels = [] } = check(input)
      const createdById = ownerOf(actor)
      const request = { operation: 'savedDashboard.save', key: idempotencyKey, hash: digest(hub.requestKey, input) }
      const done = await transact(database, actor, (tx) =>
        once(tx, actor, request, async () => {
          await lockSet(tx, actor, 'dashboards')
          if ((await tx.savedDashboard.count({ where: { createdById } })) >= mostDashboards)
            throw new ConflictError(`There are ${mostDashboards} dashboards of yours already. Delete one first.`)
          const { organizationId } = actor
          const [id, at] = [newId(), now()]
          await tx.savedDashboard.create({
            data: { id, organizationId, name, shared, panels, createdById, createdAt: at, updatedAt: at },
          })
          await audit.append(tx, actor, {
            action: 'dashboard.saved',
            subjectType: 'SavedDashboard',
            subjectId: id,
            after: { name, shared, panels: panels.length },
          })
          return id
        }),
      )
      return { id: done.id }
    },

    async update(actor, { version, ...input }) {
      const id = checkId('dashboard', input.id)
      const change = check(input)
      await transact(database, actor, async (tx) => {
        const before = await lockOwn(tx, actor, id)
        if (version != null && before.version !== version)
          throw new ConflictError('The dashboard changed meanwhile. Read it again and decide anew.')
        await tx.savedDashboard.update({
          where: { id },
          data: { ...change, version: { increment: 1 }, updatedAt: now() },
        })
        await audit.append(tx, actor, {
          action: 'dashboard.updated',
          subjectType: 'SavedDashboard',
          subjectId: id,
          before: view(before),
          after: view({ ...before, ...change }),
        })
      })
      return { id }
    },

    async delete(actor, input) {
      const id = checkId('dashboard', input.id)
      await transact(database, actor, async (tx) => {
        const before = await lockOwn(tx, actor, id)
        await tx.savedDashboard.delete({ where: { id } })
        await audit.append(tx, actor, {
          action: 'dashboard.deleted',
          subjectType: 'SavedDashboard',
          subjectId: id,
          before: view(before),
        })
      })
      return { id }
    },
  } satisfies SavedDashboardCommands
}

const view = ({ name, shared, panels }: Pick<SavedDashboard, 'name' | 'shared'> & { panels: unknown }) => ({
  name,
  shared,
  panels: Array.isArray(panels) ? panels.length : 0,
})

function ownerOf(actor: Actor): string {
  if (actor.id === null) throw new ForbiddenError('a person or an API key')
  return actor.id
}

/** The dashboard, locked. Another person's own one looks like none; a shared one is theirs to change. */
async function lockOwn(tx: Tx, actor: Actor, id: string): Promise<SavedDashboard> {
  await tx.$queryRaw`select 1 from "SavedDashboard" where "id" = ${id}::uuid for no key update`
  const row = await tx.savedDashboard.findUnique({ where: { id } })
  const isOwn = row !== null && row.createdById === actor.id
  if (row === null || (!isOwn && !row.shared)) throw new NotFoundError('dashboard', id)
  if (!isOwn) throw new ForbiddenError('a dashboard of one’s own')
  return row
}

interface Checked {
  name?: string
  shared?: boolean
  panels?: DashboardPanel[]
}

function check(input: Partial<SavedDashboardFields>): Checked {
  const faults: FieldFault[] = []
  const checked: Checked = {}
  if (input.name !== undefined) {
    checked.name = input.name.trim().replace(/\s+/g, ' ')
    if (checked.name === '' || [...checked.name].length > longestName)
      faults.push({ path: 'name', message: `Use 1 to ${longestName} characters.` })
  }
  if (input.shared != null) checked.shared = input.shared
  if (input.panels !== undefined) {
    if (input.panels.length === 0 || input.panels.length > mostPanels)
      faults.push({ path: 'panels', message: `Put 1 to ${mostPanels} panels on it.` })
    checked.panels = []
    for (const [n, panel] of input.panels.slice(0, mostPanels).entries()) {
      const parsed = dashboardPanel.safeParse(panel)
      if (parsed.success) checked.panels.push(parsed.data)
      else
        for (const { path, message } of parsed.error.issues)
          faults.push({ path: ['panels', n, ...path].join('.'), message })
    }
  }
  if (faults.length > 0) throw new InvalidInputError(faults)
  return checked
}
