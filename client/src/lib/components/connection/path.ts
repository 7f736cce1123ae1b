/** Address of a connection's page. The uuid is what logs and vendors' callbacks speak of. */
export const connectionPath = (connection: { readonly uuid: string }): string => `/connections/${connection.uuid}`

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Whether a text looks like a row id, as logs write it. */
export const isUuid = (text: string): boolean => uuid.test(text)

/** Nouns of the API that have pages of their own. */
type Noun =
  | 'Connection'
  | 'Call'
  | 'Incident'
  | 'Source'
  | 'InboundEvent'
  | 'Event'
  | 'Endpoint'
  | 'Delivery'
  | 'Replay'
  | 'ApiKey'
  | 'Alert'
  | 'AlertRule'
  | 'SavedDashboard'

/** Global id of a row: the API's pages take it, addresses and logs carry the shorter uuid. */
export const globalId = (noun: Noun, id: string): string => (isUuid(id) ? btoa(`${noun}:${id.toLowerCase()}`) : id)
