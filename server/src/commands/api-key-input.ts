import type { ApiKeyFields } from '@patchbay/schema/commands/api-key.ts'
import { InvalidInputError, type FieldFault } from '@patchbay/schema/errors.ts'
import { roleScopes, scopes as allScopes, type Role, type Scope } from '@patchbay/schema/scopes.ts'
import { networkOf } from '../engine/people/networks.ts'
import { didYouMean } from './connection-fields.ts'

/** A key's fields as they will be stored, checked. */
export interface CheckedApiKey {
  readonly name: string
  readonly description: string
  readonly role: Role
  readonly scopes: string[]
  readonly connectionIds: string[]
  readonly allowedNetworks: string[]
  readonly ratePerMinute: number | null
  readonly expiresAt: Date | null
  readonly rotationDays: number
  readonly autoRotate: boolean
}

/** When it was or will be made, and what cannot be changed afterwards. */
export interface ApiKeyBirth {
  readonly at: Date
  readonly madeAt: Date
  readonly temporary: boolean
}

const longestName = 80
const longestText = 500
const mostScopes = 100
const mostConnections = 200
const mostNetworks = 50
const mostPerMinute = 600_000
const longestRotation = 3_650
const minuteMs = 60_000
const longestGrantMs = 30 * 86_400_000

const ranked: readonly Role[] = ['VIEWER', 'OPERATOR', 'ADMIN', 'OWNER']
const names = Object.keys(allScopes) as Scope[]

/**
 * Checks the fields of a key. An end that is stored already (`known`) is not doubted again: it may have passed.
 * @throws InvalidInputError with every fault
 */
export function checkApiKey(
  fields: ApiKeyFields,
  birth: ApiKeyBirth,
  known?: { expiresAt: Date | null },
): CheckedApiKey {
  const faults: FieldFault[] = []
  const fault = (path: string, message: string) => void faults.push({ path, message })
  const name = fields.name.trim().normalize('NFC')
  if (name === '' || [...name].length > longestName) fault('name', `Give it a name of up to ${longestName} characters.`)
  const description = (fields.description ?? '').trim()
  if ([...description].length > longestText) fault('description', `Use at most ${longestText} characters.`)
  const scopes = checkScopes(fields.scopes, fault)
  const role = checkRole(fields.role ?? null, scopes, fault)
  const connectionIds = [...new Set(fields.connectionIds ?? [])]
  if (connectionIds.length > mostConnections) fault('connections', `Name at most ${mostConnections}.`)
  const { ratePerMinute = null, rotationDays = 90, autoRotate = false, expiresAt = null } = fields
  if (ratePerMinute !== null && !isWhole(ratePerMinute, 1, mostPerMinute))
    fault('ratePerMinute', 'Use 1 to 600,000 requests a minute, or leave it empty for no limit.')
  if (!isWhole(rotationDays, 0, longestRotation)) fault('rotationDays', 'Use 1 to 3,650 days, or 0 for never.')
  if (autoRotate && (birth.temporary || rotationDays === 0))
    fault('autoRotate', 'Only a key that is due some day can be rotated by itself.')
  const sameEnd = known !== undefined && known.expiresAt?.getTime() === expiresAt?.getTime()
  if (!sameEnd) checkEnd(expiresAt, birth, fault)
  const allowedNetworks = checkNetworks(fields.allowedNetworks ?? [], fault)
  if (faults.length > 0) throw new InvalidInputError(faults)
  const limits = { allowedNetworks, ratePerMinute, expiresAt }
  return { name, description, role, scopes, connectionIds, ...limits, rotationDays, autoRotate }
}

type Fault = (path: string, message: string) => void

const isWhole = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most

function checkScopes(given: readonly string[], fault: Fault): string[] {
  const scopes = [...new Set(given.map((scope) => scope.trim()))]
  if (scopes.length === 0 || scopes.length > mostScopes)
    fault('scopes', `Name 1 to ${mostScopes} permissions; * means all the role has.`)
  for (const scope of scopes.slice(0, mostScopes))
    if (scope !== '*' && !names.some((name) => name === scope))
      fault('scopes', `There is no permission ${JSON.stringify(scope)}.${didYouMean(scope, names)}`)
  return scopes.includes('*') ? ['*'] : scopes
}

function checkRole(given: Role | null, scopes: readonly string[], fault: Fault): Role {
  const lowest = ranked.find((role) => scopes.every((scope) => roleScopes[role].some((one) => one === scope)))
  if (given === null) {
    if (scopes.includes('*')) fault('role', 'Say which role’s permissions * stands for.')
    return lowest ?? 'OWNER'
  }
  const beyond = scopes.filter(
    (scope) => names.some((name) => name === scope) && !roleScopes[given].some((one) => one === scope),
  )
  // A scope the role never has would be shown as granted and never work.
  if (beyond.length > 0) fault('scopes', `The role ${given} does not have ${beyond.join(', ')}.`)
  return given
}

function checkEnd(expiresAt: Date | null, { at, madeAt, temporary }: ApiKeyBirth, fault: Fault): void {
  if (expiresAt === null) {
    if (temporary) fault('expiresAt', 'A temporary key needs an end, at most 30 days from when it is made.')
    return
  }
  if (expiresAt.getTime() < at.getTime() + minuteMs)
    fault('expiresAt', 'Choose an end at least a minute from now. To end the key now, revoke it.')
  if (temporary && expiresAt.getTime() > madeAt.getTime() + longestGrantMs)
    fault('expiresAt', 'A temporary key ends within 30 days of being made.')
}

function checkNetworks(given: readonly string[], fault: Fault): string[] {
  if (given.length > mostNetworks) fault('allowedNetworks', `Name at most ${mostNetworks}.`)
  const networks = given.slice(0, mostNetworks).map((text) => {
    const network = networkOf(text)
    if (network === null)
      fault(
        'allowedNetworks',
        `${JSON.stringify(text.slice(0, 60))} is no address or network. Write 203.0.113.7 or 203.0.113.0/24.`,
      )
    return network ?? ''
  })
  return [...new Set(networks)]
}
