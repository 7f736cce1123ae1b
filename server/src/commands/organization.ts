import { transact as transactOn } from '@patchbay/prisma/transact.ts'
import type { OrganizationCommands, OrganizationInput } from '@patchbay/schema/commands/organization.ts'
import { ForbiddenError, InvalidInputError, NotFoundError, type FieldFault } from '@patchbay/schema/errors.ts'
import type { Collaborators } from './collaborators.ts'
import { difference } from './connection-view.ts'
import { digest, once } from './once.ts'
import { isSuperAdmin } from './rights.ts'
import { checkId, transact } from './transact.ts'

/** What a country's organizations start with. */
const countryDefaults: Readonly<Record<string, { currency: string; timeZone: string }>> = {
  AE: { currency: 'AED', timeZone: 'Asia/Dubai' },
}

/** Rules of organizations. */
export function createOrganizationCommands(hub: Collaborators): OrganizationCommands {
  const { database, audit, people } = hub

  return {
    async update(actor, input) {
      const change = checkOrganization(input)
      const id = actor.organizationId
      return transact(database, actor, async (tx) => {
        await tx.$queryRaw`select 1 from "Organization" where "id" = ${id}::uuid for no key update`
        const before = await tx.organization.findUnique({ where: { id } })
        if (before === null) throw new NotFoundError('organization', id)
        const view = ({ name, country, currency, timeZone }: typeof before) => ({ name, country, currency, timeZone })
        const sides = difference(view(before), view({ ...before, ...change }))
        if (Object.keys(sides.after).length === 0) return { id }
        await tx.organization.update({ where: { id }, data: change })
        await audit.append(tx, actor, {
          action: 'organization.updated',
          subjectType: 'Organization',
          subjectId: id,
          ...sides,
        })
        return { id }
      })
    },

    async create(actor, { idempotencyKey, ...input }) {
      const creator = actor.id
      if (creator === null || !(await isSuperAdmin(database, actor))) throw new ForbiddenError('super-admin of the hub')
      const defaults = countryDefaults[input.country?.trim().toUpperCase() ?? ''] ?? {}
      const { name = '', ...rest } = checkOrganization({ ...defaults, ...input })
      const id = hub.newId()
      const request = { operation: 'organization.create', key: idempotencyKey, hash: digest(hub.requestKey, input) }
      // As the owner: an organization's own role cannot make another organization.
      const done = await transactOn(database.system.prisma, (tx) =>
        once(tx, actor, request, async () => {
          await tx.organization.create({ data: { id, name, slug: `${slugOf(name)}-${id.slice(-6)}`, ...rest } })
          await tx.member.create({ data: { id: hub.newId(), organizationId: id, userId: creator, role: 'OWNER' } })
          // The first entry of the new organization's own chain.
          await audit.append(
            tx,
            { ...actor, organizationId: id },
            {
              action: 'organization.created',
              subjectType: 'Organization',
              subjectId: id,
              after: { name, ...rest, owner: actor.name },
            },
          )
          return id
        }),
      )
      people.forget()
      return { id: done.id }
    },

    async switchTo(actor, input) {
      const id = checkId('organization', input.id)
      const { sessionId } = actor
      if (actor.kind !== 'USER' || actor.id === null || sessionId === null || sessionId === undefined)
        throw new ForbiddenError('a session of a signed-in person')
      const { prisma } = database.system
      const member = await prisma.member.findUnique({
        where: { organizationId_userId: { organizationId: id, userId: actor.id } },
        select: { id: true },
      })
      if (member === null) {
        const exists = (await isSuperAdmin(database, actor)) && (await prisma.organization.count({ where: { id } })) > 0
        if (!exists) throw new NotFoundError('organization', input.id)
      }
      await prisma.session.updateMany({
        where: { id: sessionId, userId: actor.id },
        data: { activeOrganizationId: id },
      })
      people.forget()
      return { id }
    },
  } satisfies OrganizationCommands
}

type Checked = { name?: string; country?: string | null; currency?: string; timeZone?: string }

/** @throws InvalidInputError with every fault */
function checkOrganization(input: OrganizationInput): Checked {
  const faults: FieldFault[] = []
  const checked: Checked = {}
  if (input.name !== undefined) {
    checked.name = input.name.trim().normalize('NFC')
    const length = [...checked.name].length
    if (length < 1 || length > 80 || /\p{Cc}/u.test(checked.name))
      faults.push({ path: 'name', message: 'Give a name of 1 to 80 characters.' })
  }
  if (input.country !== undefined) {
    checked.country = input.country?.trim().toUpperCase() || null
    if (checked.country !== null && !isCountry(checked.country))
      faults.push({ path: 'country', message: 'Use a two-letter country code of ISO 3166, such as AE.' })
  }
  if (input.currency !== undefined) {
    checked.currency = input.currency.trim().toUpperCase()
    if (!Intl.supportedValuesOf('currency').includes(checked.currency))
      faults.push({ path: 'currency', message: 'Use a three-letter currency code of ISO 4217, such as AED.' })
  }
  if (input.timeZone !== undefined) {
    checked.timeZone = input.timeZone.trim()
    if (!isTimeZone(checked.timeZone))
      faults.push({ path: 'timeZone', message: 'Use a time zone of the IANA list, such as Asia/Dubai.' })
  }
  if (faults.length > 0) throw new InvalidInputError(faults)
  return checked
}

/** Codes that Intl can name and that are no country: groups and private use. */
const noCountries = new Set(['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ'])

function isCountry(code: string): boolean {
  if (!/^[A-Z]{2}$/.test(code) || noCountries.has(code)) return false
  return new Intl.DisplayNames('en', { type: 'region', fallback: 'none' }).of(code) !== undefined
}

function isTimeZone(zone: string): boolean {
  // Intl also takes bare offsets ("+04:00"), which know no daylight saving and are no zone.
  if (!/^[A-Za-z]/.test(zone)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

function slugOf(name: string): string {
  const words = name
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
  return words.slice(0, 40) || 'organization'
}
