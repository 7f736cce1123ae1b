import type { Behaviour } from './behaviour.ts'
import type { LabCredentials } from './credentials.ts'
import type { Happening, RunningWebhooks, WebhookSpec } from './webhook.ts'
import { runWebhooks } from './webhook.ts'

/** A request as a twin sees it. */
export interface LabRequest {
  readonly method: string
  /** Which of the vendor's hosts was asked: api, auth, oauth … */
  readonly host: string
  /** Path below the host, starting with "/". */
  readonly path: string
  /** Values of the `:name` parts of the route. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  /** The body as a form; empty when its content type says otherwise. */
  readonly form: URLSearchParams
  /** The parsed body; undefined when it is no JSON. */
  readonly json: unknown
}

/** Exactly one of json and text is the body; neither is an empty one. */
export interface LabAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly text?: string
}

/** What a twin works with: its data and the few things that are not its own. */
export interface Bench<State> {
  readonly state: State
  readonly behaviour: Behaviour
  /** Milliseconds since 1970, by the lab's clock. */
  readonly now: number
  /** A new id: letters and digits after `prefix`, decided by the lab's clock and what came before. */
  readonly id: (prefix: string, length: number, letters?: string) => string
  /** Counts a token handed out in place of an old one. */
  readonly countRefresh: () => void
  /** Tells something to one of the registered addresses, soon after the answer. */
  readonly tell: (happening: Happening, subscriberId: string) => void
}

export interface Route<State> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Default "api". */
  readonly host?: string
  /** `/v1/things/:id`; a `:name` matches within one segment. */
  readonly path: string
  /** Permission the credentials need. */
  readonly needs?: string
  /** Sign-in pages and token endpoints: no credentials are asked for, no simulated limit or error applies. */
  readonly open?: boolean
  readonly handle: (request: LabRequest, bench: Bench<State>) => LabAnswer | Promise<LabAnswer>
}

/** The form every simulated vendor takes. */
export interface TwinSpec<State extends object> {
  readonly slug: string
  readonly name: string
  /** The same names as the provider's hosts. */
  readonly hosts: readonly string[]
  /** The keys it knows; anything else is refused. */
  readonly credentials: LabCredentials
  /** Behaviour that differs from the default, such as the vendor's own token lifetime. */
  readonly calm?: Partial<Behaviour>
  /** Fresh data. Plain JSON values only, so that it can be kept in a file. */
  readonly create: (now: number) => State
  readonly routes: readonly Route<State>[]
  /** Checks credentials and permission; an answer is the vendor's own refusal. */
  readonly guard: (request: LabRequest, needs: string | null, bench: Bench<State>) => LabAnswer | null
  /** How it tells what happens; absent where it tells nobody. */
  readonly webhooks?: WebhookSpec<State>
  /** The vendor's own bodies for trouble. */
  readonly faults: {
    readonly unavailable: () => LabAnswer
    readonly failure: () => LabAnswer
    readonly tooMany: (retryAfterSeconds: number) => LabAnswer
    readonly unknown: (request: LabRequest) => LabAnswer
  }
}

/** A running twin: its data is its own affair. */
export interface RunningTwin {
  readonly isOpen: (request: LabRequest) => boolean
  readonly handle: (request: LabRequest, bench: Omit<Bench<never>, 'state'>) => Promise<LabAnswer>
  readonly webhooks: RunningWebhooks | null
  readonly state: () => unknown
  readonly reset: (now: number) => void
}

export interface Twin {
  readonly slug: string
  readonly name: string
  readonly hosts: readonly string[]
  readonly credentials: LabCredentials
  readonly calm: Partial<Behaviour>
  readonly faults: TwinSpec<object>['faults']
  /** Starts on fresh data, or on what was kept. */
  readonly open: (now: number, kept?: unknown) => RunningTwin
}

const matcher = (path: string) => new RegExp(`^${path.replace(/[.+]/g, '\\$&').replace(/:(\w+)/g, '(?<$1>[^/]+?)')}/?$`)

/** Declares a simulated vendor. */
export function defineTwin<State extends object>(spec: TwinSpec<State>): Twin {
  const routes = spec.routes.map((route) => ({ ...route, host: route.host ?? 'api', pattern: matcher(route.path) }))
  for (const route of routes)
    if (!spec.hosts.includes(route.host)) throw new Error(`${spec.slug}: no host ${route.host}`)

  const find = (request: LabRequest) => {
    for (const route of routes) {
      if (route.method !== request.method || route.host !== request.host) continue
      const match = route.pattern.exec(request.path)
      if (match !== null) return { route, params: { ...match.groups } }
    }
    return null
  }

  return {
    slug: spec.slug,
    name: spec.name,
    hosts: spec.hosts,
    credentials: spec.credentials,
    calm: spec.calm ?? {},
    faults: spec.faults,
    open: (now, kept) => {
      // What an older lab kept may lack a newer kind of data.
      let state: State = { ...spec.create(now), ...(kept as State | undefined) }
      return {
        isOpen: (request) => find(request)?.route.open === true,
        handle: async (request, rest) => {
          const bench = { ...rest, state }
          const found = find(request)
          const open = found?.route.open === true
          const refused = open ? null : spec.guard(request, found?.route.needs ?? null, bench)
          if (refused !== null) return refused
          if (found === null) return spec.faults.unknown(request)
          return found.route.handle({ ...request, params: found.params }, bench)
        },
        webhooks: spec.webhooks === undefined ? null : runWebhooks(spec.webhooks, () => state),
        state: () => state,
        reset: (later) => {
          state = spec.create(later)
        },
      }
    },
  }
}

/** Constant vendor facts read well as one word. */
export const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): LabAnswer => ({
  status,
  json: body,
  headers,
})

/** The bearer token of a request, or null. */
export const bearer = (request: LabRequest): string | null =>
  /^Bearer (\S+)$/.exec(request.headers['authorization'] ?? '')?.[1] ?? null
