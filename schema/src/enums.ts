import { builder } from './builder.ts'

// Enums that several nouns speak of; one used by a single noun lives with it.

export const CategoryEnum = builder.enumType('Category', {
  description: 'What a provider is for.',
  values: {
    PAYMENT: { description: 'Takes and returns money.' },
    FULFILLMENT: { description: 'Produces and packs goods on order.' },
    SHIPPING: { description: 'Carries parcels.' },
    ECOMMERCE: { description: 'Shops and their orders.' },
    ACCOUNTING: { description: 'Books and invoices.' },
    EMAIL: { description: 'Sends transactional mail.' },
    MARKETING: { description: 'Audiences and campaigns.' },
    CRM: { description: 'Customers, deals and pipelines.' },
    ANALYTICS: { description: 'Measures visitors and products.' },
    SOCIAL: { description: 'Publishes to social networks.' },
    MESSAGING: { description: 'Chat and text messages.' },
    CALENDAR: { description: 'Appointments and availability.' },
  },
})

export const AuthKindEnum = builder.enumType('AuthKind', {
  description: 'How a provider recognises its customer.',
  values: {
    API_KEY: { description: 'A key or token in a header.' },
    BASIC: { description: 'User name and password in a header.' },
    BODY: { description: 'Credentials inside each request body.' },
    OAUTH2_CODE: { description: 'OAuth 2 authorization code: a person approves in the browser.' },
    OAUTH2_CLIENT: {
      description: 'OAuth 2 client credentials: the hub exchanges id and secret for short-lived tokens.',
    },
    NONE: { description: 'No credentials.' },
  },
})

export const EnvironmentEnum = builder.enumType('Environment', {
  description: 'Which of a provider’s worlds a connection talks to.',
  values: {
    SANDBOX: { description: 'Test world: nothing costs money.' },
    LIVE: { description: 'The real world.' },
  },
})

export const ConnectionStatusEnum = builder.enumType('ConnectionStatus', {
  description: 'What an operator decided or has to do about a connection.',
  values: {
    ACTIVE: { description: 'In use.' },
    TESTING: { description: 'A test is running.' },
    DISABLED: { description: 'Paused by a person: no calls, no probes.' },
    ERROR: { description: 'Somebody has to act, for example connect again; `statusReason` says what.' },
    NOT_CONFIGURED: { description: 'Credentials are missing.' },
  },
})

export const HealthStateEnum = builder.enumType('HealthState', {
  description: 'What the probes found, with hysteresis: one bad probe does not make a bad state.',
  values: {
    HEALTHY: { description: 'Answers as it should.' },
    DEGRADED: { description: 'Answers slowly or fails now and then.' },
    DOWN: { description: 'Does not answer, or refuses.' },
    UNKNOWN: { description: 'Not probed yet, or not lately.' },
    NOT_CONFIGURED: { description: 'Nothing to probe with: credentials are missing.' },
  },
})

export const CallErrorClassEnum = builder.enumType('CallErrorClass', {
  description: 'Why a call to a provider failed, the same classes for every provider.',
  values: {
    AUTHENTICATION: { description: 'The credentials were refused.' },
    PERMISSION: { description: 'The credentials lack a scope or right.' },
    RECONNECT_REQUIRED: { description: 'The OAuth grant ended for good: connect again.' },
    NOT_CONFIGURED: { description: 'Credentials are missing.' },
    CONNECTION_DISABLED: { description: 'The connection is paused.' },
    NOT_FOUND: { description: 'The vendor knows no such thing.' },
    INVALID_REQUEST: { description: 'The vendor did not accept the request.' },
    CONFLICT: { description: 'The vendor’s state does not allow it.' },
    RATE_LIMITED: { description: 'Too many requests for the vendor or for a limit of the hub.' },
    BREAKER_OPEN: { description: 'The hub holds calls back because the vendor kept failing.' },
    BUDGET_EXCEEDED: { description: 'A monthly budget that stops calls is used up.' },
    EGRESS_DENIED: { description: 'The address is not a public one.' },
    NETWORK: { description: 'No connection to the vendor.' },
    TIMEOUT: { description: 'No answer in time.' },
    CANCELLED: { description: 'The caller went away.' },
    UNAVAILABLE: { description: 'The vendor failed (5xx).' },
    MALFORMED_ANSWER: { description: 'The vendor’s answer could not be read.' },
  },
})

export const RoleEnum = builder.enumType('Role', {
  description: 'What a member may do; each role holds everything of the one before.',
  values: {
    VIEWER: { description: 'Sees everything but secrets, audit and vault.' },
    OPERATOR: { description: 'Creates, changes, tests and pauses connections.' },
    ADMIN: { description: 'Also sets credentials, manages members and reads the audit log.' },
    OWNER: { description: 'Also rotates master keys. An organization always has one.' },
  },
})

export const InboundStateEnum = builder.enumType('InboundState', {
  description: 'Where an inbound event stands.',
  values: {
    RECEIVED: { description: 'Verified and stored; waits for a worker.' },
    WAITING: { description: 'Routing failed and is tried again.' },
    ROUTED: { description: 'Became events.' },
    IGNORED: { description: 'A ping, or a type the hub has no use for.' },
    UNMATCHED: { description: 'Verified, but nothing says what it means: in the inbox.' },
    FAILED: { description: 'Routing failed for good: in the inbox, with the error.' },
    QUARANTINED: { description: 'Not proven to come from the vendor. Never routed.' },
    DISCARDED: { description: 'A person put it aside.' },
  },
})

export const DeliveryStateEnum = builder.enumType('DeliveryState', {
  description: 'Where a delivery stands.',
  values: {
    QUEUED: { description: 'Due, not tried in this round.' },
    SENDING: { description: 'An attempt is open.' },
    WAITING: { description: 'Failed and will be tried again.' },
    DELIVERED: { description: 'The endpoint took it.' },
    DEAD: { description: 'Given up: in the dead letters.' },
    SKIPPED: { description: 'Will not be sent; `reason` says why.' },
  },
})

export const EndpointPayloadEnum = builder.enumType('EndpointPayload', {
  description: 'What the body of a delivery is made by.',
  values: {
    ENVELOPE: { description: 'The whole envelope.' },
    GRAPHQL: { description: 'The answer of a GraphQL document, asked with the event’s id.' },
    JSONATA: { description: 'The result of a JSONata expression over the envelope. Nothing: the delivery is skipped.' },
  },
})

export const KeyAlgorithmEnum = builder.enumType('KeyAlgorithm', {
  description: 'How deliveries are signed (Standard Webhooks).',
  values: {
    HMAC: { description: 'HMAC-SHA256 with a shared secret, `whsec_…`; signatures begin with `v1`.' },
    ED25519: { description: 'Ed25519: consumers hold only the public key, `whpk_…`; signatures begin with `v1a`.' },
  },
})

export const AlertSeverityEnum = builder.enumType('AlertSeverity', {
  description: 'How urgent an alert is.',
  values: {
    INFO: { description: 'Good to know, such as a recovery.' },
    WARNING: { description: 'Somebody should look.' },
    CRITICAL: { description: 'Something does not work.' },
  },
})
