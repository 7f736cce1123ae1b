import { X509Certificate } from 'node:crypto'
import { rootCertificates } from 'node:tls'

/** A certificate and whatever came with it. */
export interface Bundle {
  readonly leaf: X509Certificate
  readonly others: readonly X509Certificate[]
}

/** Longest bundle and longest path to a root that is looked at. */
const lengthLimit = 10

/** Reads the certificates of a PEM text, the first is the one that signs. Null when there is none or one is broken. */
export function readBundle(text: string): Bundle | null {
  const pems = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (pems.length > lengthLimit) return null
  try {
    const [leaf, ...others] = pems.map((pem) => new X509Certificate(pem))
    return leaf === undefined ? null : { leaf, others }
  } catch {
    return null
  }
}

/** Is the moment (milliseconds since 1970) within the certificate's time. */
export function holdsAt(certificate: X509Certificate, at: number): boolean {
  return certificate.validFromDate.getTime() <= at && at <= certificate.validToDate.getTime()
}

/** Is every name the certificate stands for the domain's own, and is there one. */
export function standsFor(certificate: X509Certificate, domain: string): boolean {
  const alternative = (certificate.subjectAltName ?? '').split(', ').filter((name) => name !== '')
  const common = certificate.subject.split('\n').filter((line) => line.startsWith('CN='))
  // RFC 6125, 6.4.4: the common name counts only where there are no alternative names.
  const names = alternative.length > 0 ? alternative.map((name) => name.replace(/^DNS:/, '')) : common.map(afterEquals)
  return names.length > 0 && names.every((name) => name === domain || name.endsWith(`.${domain}`))
}

const afterEquals = (line: string) => line.slice(line.indexOf('=') + 1)

/** How far the way from a certificate to a well-known root leads. */
export type Chain =
  /** Every signature up to a root fits. */
  | 'whole'
  /** So far as certificates came with it everything fits; the next one is not at hand. */
  | 'open'
  /** It vouches for itself, or something on the way does not fit. */
  | 'broken'

/** @param roots PEM of the authorities that are believed. Default: those Node.js comes with */
export function createChainCheck(roots: readonly string[] = rootCertificates) {
  // Parsed at the first use, about 150 of them, and found by the name their children give.
  let bySubject: ReadonlyMap<string, readonly X509Certificate[]> | null = null
  const rootsNamed = (subject: string) => {
    bySubject ??= Map.groupBy(
      roots.flatMap((pem) => readBundle(pem)?.leaf ?? []),
      (root) => root.subject,
    )
    return bySubject.get(subject) ?? []
  }
  const issued = (issuer: X509Certificate, child: X509Certificate, at: number) =>
    issuer.ca && child.checkIssued(issuer) && child.verify(issuer.publicKey) && holdsAt(issuer, at)

  return ({ leaf, others }: Bundle, at: number): Chain => {
    let current = leaf
    for (let step = 0; step < lengthLimit; step++) {
      if (rootsNamed(current.issuer).some((root) => issued(root, current, at))) return 'whole'
      if (current.issuer === current.subject) return 'broken'
      const named = others.filter((other) => other.subject === current.issuer)
      const next = named.find((other) => issued(other, current, at))
      if (next === undefined) return named.length === 0 ? 'open' : 'broken'
      current = next
    }
    return 'broken'
  }
}
