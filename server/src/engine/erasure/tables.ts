/** How one table is gone through. */
export interface ErasedTable {
  readonly name: string
  /** Columns that identify a row and order the walk; an index begins with the organization and them. */
  readonly key: readonly KeyColumn[]
  readonly text?: readonly string[]
  readonly json?: readonly string[]
  /** Bytes that are text as a rule: UTF-8, or left alone byte by byte. */
  readonly bytes?: readonly string[]
  /** Rows are counted and stay as they are, for this reason. */
  readonly kept?: string
  /** Extra columns set when a row changes, as SQL. */
  readonly mark?: string
  /** Rows of the organization where the table does not name it itself, as a condition on $1. */
  readonly mine?: string
}

export interface KeyColumn {
  readonly name: string
  readonly type: 'uuid' | 'timestamptz' | 'int8' | 'int4' | 'text'
}

const id: KeyColumn = { name: 'id', type: 'uuid' }
const at: KeyColumn = { name: 'at', type: 'timestamptz' }
const seq: KeyColumn = { name: 'seq', type: 'int8' }

/** Inbound events and alike: partitioned, walked in the order of their index. */
const partitioned = [at, id]

/**
 * Every table that may hold words of a vendor, a customer or a person, in the order of the work: logs first. A table
 * that is added to the hub and can hold such words belongs in here. What people set up themselves (names of connections,
 * addresses of alert channels) is not among it: it is changed where it was set up.
 */
export const erasedTables: readonly ErasedTable[] = [
  {
    name: 'Call',
    // By seq, so that calls logged meanwhile are met too.
    key: [seq],
    text: ['host', 'path', 'errorMessage', 'requestBody', 'responseBody', 'actorName', 'ipAddress', 'correlationId'],
    json: ['requestHead', 'responseHead'],
  },
  {
    name: 'InboundEvent',
    key: partitioned,
    text: ['query', 'vendorEventId', 'error', 'ipAddress', 'correlationId'],
    json: ['head'],
    bytes: ['body'],
    mark: `"verdictText" = case when "verdictText" like '%(erased)' then "verdictText" else "verdictText" || ' Personal data was taken out since: the bytes are no longer those that were signed (erased)' end`,
  },
  { name: 'Event', key: partitioned, text: ['orderKey'], json: ['data', 'source'] },
  { name: 'Delivery', key: partitioned, text: ['orderKey', 'reason'] },
  { name: 'Attempt', key: partitioned, text: ['message', 'responseBody'], json: ['requestHead', 'responseHead'] },
  { name: 'Replay', key: [id], json: ['filter', 'skips'], text: ['createdByName'] },
  { name: 'SystemEvent', key: [id], text: ['text'], json: ['facts'] },
  { name: 'Alert', key: [id], text: ['title', 'text', 'acknowledgedBy'] },
  { name: 'AlertNotice', key: [id], text: ['error'] },
  { name: 'Incident', key: [id], text: ['cause', 'notes'] },
  { name: 'IncidentEntry', key: [id], text: ['text', 'actorName'] },
  { name: 'HealthTransition', key: [id], text: ['reason'] },
  { name: 'Probe', key: [id], text: ['message'] },
  { name: 'Connection', key: [id], text: ['statusReason', 'healthReason'], json: ['lastTest'] },
  { name: 'Source', key: [id], text: ['registrationError'] },
  { name: 'ConnectionLane', key: [{ name: 'connectionId', type: 'uuid' }], text: ['reason'] },
  { name: 'Endpoint', key: [id], text: ['disabledReason'] },
  { name: 'Silence', key: [id], text: ['reason', 'createdByName'] },
  { name: 'AlertChannel', key: [id], text: ['lastError'] },
  {
    name: 'ErrorRollup',
    key: [
      { name: 'day', type: 'timestamptz' },
      { name: 'connectionId', type: 'uuid' },
      { name: 'errorClass', type: 'text' },
      { name: 'operation', type: 'text' },
      { name: 'status', type: 'int4' },
    ],
    text: ['sampleMessage'],
  },
  {
    name: 'AuditEntry',
    key: [{ name: 'position', type: 'int4' }],
    text: ['actorName', 'ipAddress', 'subjectId'],
    json: ['before', 'after'],
    kept: 'The law asks for an audit log of five years, and a changed entry would break its chain.',
  },
  {
    name: 'User',
    key: [{ name: 'id', type: 'text' }],
    text: ['email', 'name'],
    mine: `"id" in (select "userId" from "Member" where "organizationId" = $1::uuid)`,
    kept: 'This is the account of a member: remove the member to end it.',
  },
  {
    name: 'ApiKeyRefusal',
    key: [id],
    text: ['ipAddress'],
    kept: 'Refused attempts to sign in are evidence; they go by themselves with the other logs.',
  },
  {
    name: 'ApiKeyAddress',
    key: [
      { name: 'apiKeyId', type: 'uuid' },
      { name: 'ipAddress', type: 'text' },
    ],
    text: ['ipAddress'],
    kept: 'The addresses an API key is used from are what unusual use is told by.',
  },
  {
    name: 'Invitation',
    key: [id],
    text: ['email'],
    kept: 'This is an invitation to the organization: withdraw it to end it.',
  },
]
