import type { PermissionSpec } from '@patchbay/schema/catalog.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { Call, CallRequest, ConnectionFacts, StepOutcome, TestStepSpec } from '../provider.ts'

/** The step every provider has: the probe, in a test. */
export function connectionStep(
  vendor: string,
  probe: (call: Call, connection: ConnectionFacts) => Promise<void>,
): TestStepSpec {
  return {
    suite: 'connection',
    name: 'Sign in',
    run: async (call, connection) => {
      await probe(call, connection)
      return { ok: true, message: `${vendor} accepts these credentials.` }
    },
  }
}

/** A permission and the request that shows whether it is there. */
export interface PermissionProof {
  readonly permission: string
  /** A request without effect: a read, or a write that the vendor refuses for being empty after it checked the permission. */
  readonly request: CallRequest | ((connection: ConnectionFacts) => CallRequest)
}

/** Refusals that come after the permission check, so they prove it. */
const pastTheCheck = new Set(['NOT_FOUND', 'INVALID_REQUEST', 'CONFLICT'])

async function proves(call: Call, request: CallRequest): Promise<boolean> {
  try {
    await call(request)
    return true
  } catch (error) {
    if (!(error instanceof ProviderCallError)) throw error
    if (pastTheCheck.has(error.errorClass)) return true
    if (error.errorClass === 'PERMISSION') return false
    throw error
  }
}

/** One sentence on granted and missing permissions; only a required one fails the step. */
export function permissionOutcome(
  vendor: string,
  specs: readonly PermissionSpec[],
  granted: ReadonlySet<string>,
  field?: string,
): StepOutcome {
  const missing = specs.filter((spec) => !granted.has(spec.name))
  const required = missing.filter((spec) => spec.required)
  const say = (list: readonly PermissionSpec[]) => list.map((spec) => `${spec.name} (${spec.why})`).join('; ')
  const grantedScopes = [...granted].sort()
  if (required.length > 0)
    return {
      ok: false,
      message: `Missing at ${vendor}: ${say(required)}. Add it there, then test again.`,
      grantedScopes,
      ...(field === undefined ? {} : { field }),
    }
  const rest = missing.length === 0 ? '' : ` Not granted and only needed for some work: ${say(missing)}.`
  return { ok: true, message: `Everything the hub needs at ${vendor} is granted.${rest}`, grantedScopes }
}

/** Permissions found out by trying, for vendors that do not list what a key may do. */
export function permissionsByTrying(
  vendor: string,
  specs: readonly PermissionSpec[],
  proofs: readonly PermissionProof[],
  field?: string,
): TestStepSpec {
  return {
    suite: 'permissions',
    name: 'Permissions',
    run: async (call, connection) => {
      const granted = new Set<string>()
      for (const { permission, request } of proofs)
        if (await proves(call, typeof request === 'function' ? request(connection) : request)) granted.add(permission)
      return permissionOutcome(vendor, specs, granted, field)
    },
  }
}

/** Permissions as the vendor lists them. */
export function permissionsByList(
  vendor: string,
  specs: readonly PermissionSpec[],
  list: (call: Call, connection: ConnectionFacts) => Promise<readonly string[]>,
  field?: string,
): TestStepSpec {
  return {
    suite: 'permissions',
    name: 'Permissions',
    run: async (call, connection) => permissionOutcome(vendor, specs, new Set(await list(call, connection)), field),
  }
}
