/** What signing in leads to. */
export type SignIn = 'in' | 'code' | 'wrong' | 'tooMany' | 'failed' | 'network'

/** What the session tells of its person beyond the viewer. */
export interface Person {
  readonly email: string | null
  readonly mustChangePassword: boolean
  readonly twoFactor: boolean
  /** Where this person signed in from, as the hub saw it; null when it does not know. */
  readonly ipAddress: string | null
}

/** What an authenticator app needs, and the codes for the day it is lost. Shown once. */
export interface TwoFactorSecret {
  /** otpauth:// address, as a QR code or typed by hand. */
  readonly address: string
  readonly backupCodes: readonly string[]
}

interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** One call to better-auth, same origin, cookie session. Never throws: status 0 means the hub was not reached. */
async function post(path: string, body: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
  try {
    const response = await fetch(`/api/auth/${path}`, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const parsed: unknown = await response.json().catch(() => null)
    return { status: response.status, body: isRecord(parsed) ? parsed : {} }
  } catch {
    return { status: 0, body: {} }
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function judge({ status }: Answer): SignIn {
  if (status === 0) return 'network'
  if (status >= 200 && status < 300) return 'in'
  if (status === 429) return 'tooMany'
  if (status === 400 || status === 401 || status === 403 || status === 422) return 'wrong'
  return 'failed'
}

/** The people's door: sign-in, second step, OIDC, password, sign-out. */
export const auth = {
  async signIn(email: string, password: string): Promise<SignIn> {
    const answer = await post('sign-in/email', { email, password })
    return answer.body['twoFactorRedirect'] === true ? 'code' : judge(answer)
  },
  /** Six digits of the app, or one of the backup codes. */
  async verifyCode(code: string): Promise<SignIn> {
    const kind = /^\d{6}$/.test(code) ? 'totp' : 'backup-code'
    return judge(await post(`two-factor/verify-${kind}`, { code }))
  },
  /** Begins two-step sign-in; it holds once a code was verified. */
  async enableTwoFactor(password: string): Promise<TwoFactorSecret | SignIn> {
    const answer = await post('two-factor/enable', { password })
    const { totpURI: address, backupCodes } = answer.body
    if (typeof address !== 'string' || !Array.isArray(backupCodes)) {
      const result = judge(answer)
      return result === 'in' ? 'failed' : result
    }
    return { address, backupCodes: backupCodes.filter((code) => typeof code === 'string') }
  },
  async disableTwoFactor(password: string): Promise<SignIn> {
    return judge(await post('two-factor/disable', { password }))
  },
  /** Where to send the browser for an identity provider; null when the hub could not say. */
  async addressOf(provider: string, returnTo: string): Promise<string | null> {
    const { body } = await post('sign-in/social', {
      provider,
      callbackURL: returnTo,
      errorCallbackURL: '/sign-in',
    })
    return typeof body['url'] === 'string' ? body['url'] : null
  },
  /** The same, to tie an account there to the person of this session. */
  async linkAddress(provider: string, returnTo: string): Promise<string | null> {
    const { body } = await post('link-social', { provider, callbackURL: returnTo, errorCallbackURL: returnTo })
    return typeof body['url'] === 'string' ? body['url'] : null
  },
  /** Identity providers whose accounts are tied to the person of this session; null when the hub could not say. */
  async linked(): Promise<readonly string[] | null> {
    try {
      const response = await fetch('/api/auth/list-accounts', { credentials: 'same-origin' })
      const body: unknown = await response.json()
      if (!response.ok || !Array.isArray(body)) return null
      return body.filter(isRecord).flatMap(({ providerId }) => (typeof providerId === 'string' ? [providerId] : []))
    } catch {
      return null
    }
  },
  async unlink(providerId: string): Promise<boolean> {
    const { body } = await post('unlink-account', { providerId })
    return body['status'] === true
  },
  async changePassword(currentPassword: string, newPassword: string): Promise<SignIn> {
    return judge(await post('change-password', { currentPassword, newPassword, revokeOtherSessions: true }))
  },
  /** The person of this session; null when nobody is signed in. Throws nothing: an unreachable hub also answers null. */
  async me(): Promise<Person | null> {
    try {
      const response = await fetch('/api/auth/get-session', { credentials: 'same-origin' })
      const body: unknown = await response.json()
      const user = isRecord(body) ? body['user'] : null
      const session = isRecord(body) ? body['session'] : null
      if (!isRecord(user)) return null
      const address = isRecord(session) ? session['ipAddress'] : null
      return {
        email: typeof user['email'] === 'string' ? user['email'] : null,
        mustChangePassword: user['mustChangePassword'] === true,
        twoFactor: user['twoFactorEnabled'] === true,
        ipAddress: typeof address === 'string' && address !== '' ? address : null,
      }
    } catch {
      return null
    }
  },
  async signOut(): Promise<void> {
    await post('sign-out')
  },
}
