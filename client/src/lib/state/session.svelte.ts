import { createContext } from 'svelte'

export type Role = 'OWNER' | 'ADMIN' | 'OPERATOR' | 'VIEWER'

/** Who is signed in, where, and what this hub is. Read from the cache by the app's layout; pages only look. */
export interface Session {
  readonly viewer: {
    readonly id: string
    readonly name: string
    readonly email: string | null
    readonly role: Role
    readonly superAdmin: boolean
    /** Permissions as `noun:action`, already narrowed to what this person may do. */
    readonly scopes: readonly string[]
  }
  readonly organization: {
    readonly id: string
    readonly name: string
    readonly currency: string
    readonly timeZone: string
    readonly demo: boolean
  }
  readonly memberships: readonly {
    readonly organizationId: string
    readonly name: string
    readonly role: Role
    readonly demo: boolean
  }[]
  readonly hub: {
    readonly version: string
    readonly demo: boolean
    readonly publicUrl: string
    /** Ways to sign in besides a password. */
    readonly signIns: readonly { readonly id: string; readonly name: string }[]
  }
}

const [read, provide] = createContext<() => Session>()

/** Makes the session known to every component below. */
export const provideSession = provide

/** The session, reactive through its getter: `const session = useSession()`, then `session().viewer.name`. */
export const useSession = read

/** Whether the viewer holds a permission; the hub decides again on every request, this only hides what cannot work. */
export const may = (session: Session, scope: string): boolean => session.viewer.scopes.includes(scope)
