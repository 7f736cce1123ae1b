import type { IdentityProvider } from './engine/people/contract.ts'
import type { SettingName, Values } from './settings.ts'

/** Settings that belong together: all of a line, or none. */
export const identitySettings: readonly (readonly SettingName[])[] = [
  ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'],
  ['GOOGLE_SIGN_IN_CLIENT_ID', 'GOOGLE_SIGN_IN_CLIENT_SECRET'],
  ['MICROSOFT_SIGN_IN_ISSUER', 'MICROSOFT_SIGN_IN_CLIENT_ID', 'MICROSOFT_SIGN_IN_CLIENT_SECRET'],
  ['LINKEDIN_SIGN_IN_CLIENT_ID', 'LINKEDIN_SIGN_IN_CLIENT_SECRET'],
  ['FACEBOOK_SIGN_IN_CLIENT_ID', 'FACEBOOK_SIGN_IN_CLIENT_SECRET'],
]

/** Microsoft's tenants of everybody: anybody can make an account there that names any address. */
const everybodys = /\/(common|organizations|consumers)(\/|$)/

/** What is wrong with them together. */
export const identityFaults = ({ MICROSOFT_SIGN_IN_ISSUER: tenant }: Values): readonly string[] =>
  tenant !== undefined && everybodys.test(new URL(tenant).pathname)
    ? ['MICROSOFT_SIGN_IN_ISSUER must name your own tenant: one of everybody’s vouches for no address.']
    : []

/** Who else may say who a member is, in the order of the buttons. */
export function identitiesOf(read: Values): readonly IdentityProvider[] {
  const of = (
    id: string,
    name: string,
    kind: IdentityProvider['kind'],
    [issuer, clientId, clientSecret]: readonly (string | undefined)[],
  ): readonly IdentityProvider[] =>
    issuer && clientId && clientSecret ? [{ id, name, kind, issuer, clientId, clientSecret }] : []
  return [
    ...of('oidc', read.OIDC_NAME, 'OPENID', [read.OIDC_ISSUER, read.OIDC_CLIENT_ID, read.OIDC_CLIENT_SECRET]),
    ...of('google', 'Google', 'OPENID', [
      read.GOOGLE_SIGN_IN_ISSUER,
      read.GOOGLE_SIGN_IN_CLIENT_ID,
      read.GOOGLE_SIGN_IN_CLIENT_SECRET,
    ]),
    ...of('microsoft', 'Microsoft', 'OPENID', [
      read.MICROSOFT_SIGN_IN_ISSUER,
      read.MICROSOFT_SIGN_IN_CLIENT_ID,
      read.MICROSOFT_SIGN_IN_CLIENT_SECRET,
    ]),
    ...of('linkedin', 'LinkedIn', 'OPENID', [
      read.LINKEDIN_SIGN_IN_ISSUER,
      read.LINKEDIN_SIGN_IN_CLIENT_ID,
      read.LINKEDIN_SIGN_IN_CLIENT_SECRET,
    ]),
    ...of('facebook', 'Facebook', 'FACEBOOK', [
      read.FACEBOOK_SIGN_IN_ISSUER,
      read.FACEBOOK_SIGN_IN_CLIENT_ID,
      read.FACEBOOK_SIGN_IN_CLIENT_SECRET,
    ]),
  ]
}
