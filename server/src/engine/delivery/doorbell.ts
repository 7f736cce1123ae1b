/** Channel on which every dispatcher hears of deliveries that became due. */
export const deliveryChannel = 'hub_deliveries'

/** Look at every endpoint. */
export const everyone = '*'

/** Ids that fit a notification: 37 bytes each, 7,000 at most. */
const mostIds = 180

/** Payload of a ring: ids of endpoints with new work, or everyone when there are too many to name. */
export function ringFor(endpointIds: readonly string[]): string {
  return endpointIds.length > mostIds ? everyone : endpointIds.join(',')
}

/** Endpoints a ring names, or everyone. */
export function readRing(payload: string): readonly string[] | typeof everyone {
  return payload === everyone ? everyone : payload.split(',').filter((id) => id !== '')
}
