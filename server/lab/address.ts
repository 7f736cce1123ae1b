import ipaddr from 'ipaddr.js'

const nearbyNames = /^[^.]+$|\.(localhost|local|internal|test)$/

function isNearby(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '')
  return ipaddr.isValid(bare) ? ipaddr.process(bare).range() !== 'unicast' : nearbyNames.test(bare)
}

/** Whether a vendor would take this address: https, or http to a hub on this machine or network, because a demo has no certificate. */
export function isAddress(text: unknown): text is string {
  if (typeof text !== 'string' || text.length > 2048) return false
  const url = URL.parse(text)
  if (url === null || url.username !== '' || url.password !== '') return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && isNearby(url.hostname))
}

/** An address that may be shown: the last part of a hub's address is a secret. */
export function maskedAddress(text: string): string {
  const url = URL.parse(text)
  if (url === null) return '…'
  return `${url.origin}${url.pathname.replace(/[^/]+\/?$/, '…')}`
}
