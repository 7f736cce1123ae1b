import type { Exchange } from '@urql/core'
import { cacheExchange, type Cache, type KeyingConfig, type UpdatesConfig } from '@urql/exchange-graphcache'
import { relayPagination } from '@urql/exchange-graphcache/extras'

/** Types without an id of their own: they live inside the thing that holds them. */
const embedded = [
  'AttemptHeader',
  'Breaker',
  'CallBar',
  'CallFigures',
  'CallHeader',
  'CallStatistics',
  'CallStep',
  'CredentialHint',
  'Dashboard',
  'DeliveryBar',
  'EndpointBreaker',
  'EndpointExplanation',
  'EndpointStatistics',
  'EventExplanation',
  'EventSource',
  'ExplanationStep',
  'FieldFault',
  'FieldValue',
  'Grant',
  'HealthCell',
  'HealthCounts',
  'Hub',
  'InboundEventExplanation',
  'InboundHeader',
  'Lab',
  'LabEmission',
  'LabReceiverBehaviour',
  'LabScenario',
  'LatencyPoint',
  'PayloadHeader',
  'PayloadPreview',
  'ProviderField',
  'ProviderFieldOption',
  'ProviderFieldPattern',
  'ProviderGuideStep',
  'ProviderLimit',
  'ProviderLogo',
  'ProviderOperation',
  'ProviderPermission',
  'ProviderTemplate',
  'ProviderWebhooks',
  'ReplayPreview',
  'ReplaySkip',
  'SourceBar',
  'SourceRegistration',
  'SourceStatistics',
  'TestReport',
  'TestStep',
  'Uptime',
  'Vault',
  'WebhookOverview',
  'ErasurePreview',
  'ErasurePreviewTable',
  'ErasureTable',
  'LogStorage',
  'Storage',
  'SystemEventBatch',
  'AlertBatch',
  'CallBatch',
  'DeliveryBatch',
  'InboundEventBatch',
  'ReplayBatch',
  'ConnectionHealthBatch',
  'IncidentBatch',
  'IncidentChange',
  'AlertRuleBreach',
  'AlertRulePreview',
  'ApiKeyAddress',
  'ApiKeyBar',
  'ApiKeyHandover',
  'ApiKeyUsage',
  'LimitUse',
  'CacheView',
  'ConnectionLaneBatch',
  'ConnectionLaneChange',
  'Analytics',
  'AnalyticsComparison',
  'AnalyticsPoint',
  'AnalyticsSeries',
  'AnalyticsTotals',
  'AmountSum',
  'BusinessFigures',
  'BusinessPoint',
  'ConnectionBusiness',
  'CostForecast',
  'CostItem',
  'CostPoint',
  'CostTotals',
  'Costs',
  'DashboardPanel',
  'DeliveryPoint',
  'DeliveryTotals',
  'DeliveryTraffic',
  'ErrorClassFigures',
  'ErrorDay',
  'ErrorKind',
  'EventTypeFigures',
  'TopConnection',
  'WebhookPoint',
  'WebhookTotals',
  'WebhookTraffic',
] as const

type KeyGenerator = KeyingConfig[string]
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const none = () => null
const byUuid: KeyGenerator = (data) => text(data['uuid'])

const keys: KeyingConfig = {
  ...Object.fromEntries(embedded.map((name) => [name, none])),
  Viewer: byUuid,
  Probe: byUuid,
  HealthTransition: byUuid,
  IncidentEntry: byUuid,
  EndpointKey: byUuid,
  AlertNotice: byUuid,
  FailedAuthentication: byUuid,
  AlertKind: (data) => text(data['kind']),
  KeyScope: (data) => text(data['scope']),
  SourceRule: byUuid,
  SourceSecret: byUuid,
  EventType: (data) => text(data['name']),
  LabVendor: (data) => text(data['slug']),
  LabWebhooks: (data) => text(data['slug']),
  LabReceiver: (data) => text(data['name']),
  Membership: (data) => text(data['organizationId']),
}

/** Which types stand behind an interface that documents spread on. */
const possibleTypes = {
  CallFigureSet: ['AnalyticsPoint', 'AnalyticsTotals'],
  Error: [
    'ConflictError',
    'ForbiddenError',
    'IdempotencyConflictError',
    'InvalidInputError',
    'NotFoundError',
    'ProviderCallError',
    'RateLimitedError',
    'UnauthenticatedError',
  ],
  Node: [
    'Alert',
    'AlertChannel',
    'AlertRule',
    'ApiKey',
    'Attempt',
    'AuditEntry',
    'Budget',
    'Call',
    'Connection',
    'Delivery',
    'Endpoint',
    'Event',
    'InboundEvent',
    'Incident',
    'Invitation',
    'Member',
    'Organization',
    'Price',
    'Provider',
    'Replay',
    'SavedDashboard',
    'Silence',
    'Source',
  ],
}

/** Drops what the cache knows of a list, so that every page that shows it asks again. */
function forget(cache: Cache, field: string): void {
  for (const { fieldName, arguments: args } of cache.inspectFields('Query'))
    if (fieldName === field) cache.invalidate('Query', fieldName, args)
}

/** Prices and budgets change what costs are made of. */
function forgetCosts(cache: Cache): void {
  forget(cache, 'prices')
  forget(cache, 'budgets')
  forget(cache, 'costs')
}

/** Lists whose members change by a mutation: the thing itself updates by its id. */
const updates: UpdatesConfig = {
  Mutation: {
    createConnection: (_result, _args, cache) => {
      forget(cache, 'connections')
      forget(cache, 'dashboard')
      forget(cache, 'providers')
    },
    deleteConnection: (_result, _args, cache) => {
      forget(cache, 'connections')
      forget(cache, 'dashboard')
      forget(cache, 'incidents')
    },
    pauseConnection: (_result, _args, cache) => forget(cache, 'dashboard'),
    resumeConnection: (_result, _args, cache) => forget(cache, 'dashboard'),
    inviteMember: (_result, _args, cache) => forget(cache, 'invitations'),
    revokeInvitation: (_result, _args, cache) => forget(cache, 'invitations'),
    removeMember: (_result, _args, cache) => forget(cache, 'members'),
    createSource: (_result, _args, cache) => forget(cache, 'sources'),
    deleteSource: (_result, _args, cache) => forget(cache, 'sources'),
    createEndpoint: (_result, _args, cache) => forget(cache, 'endpoints'),
    deleteEndpoint: (_result, _args, cache) => forget(cache, 'endpoints'),
    sendTestEvent: (_result, _args, cache) => forget(cache, 'events'),
    replayDeliveries: (_result, _args, cache) => forget(cache, 'replays'),
    createApiKey: (_result, _args, cache) => forget(cache, 'apiKeys'),
    rotateApiKey: (_result, _args, cache) => forget(cache, 'apiKeys'),
    revokeApiKey: (_result, _args, cache) => forget(cache, 'apiKeys'),
    revokeAllApiKeys: (_result, _args, cache) => {
      forget(cache, 'apiKeys')
      forget(cache, 'apiKey')
    },
    setPrices: (_result, _args, cache) => forgetCosts(cache),
    removePrice: (_result, _args, cache) => forgetCosts(cache),
    setBudget: (_result, _args, cache) => forgetCosts(cache),
    removeBudget: (_result, _args, cache) => forgetCosts(cache),
    saveDashboard: (_result, _args, cache) => forget(cache, 'savedDashboards'),
    deleteDashboard: (_result, _args, cache) => forget(cache, 'savedDashboards'),
    resetLab: (_result, _args, cache) => forget(cache, 'lab'),
  },
  Subscription: {
    connectionHealthChanged: (_result, _args, cache) => forget(cache, 'dashboard'),
    incidentChanged: (_result, _args, cache) => {
      forget(cache, 'incidents')
      forget(cache, 'dashboard')
    },
  },
}

/** The normalised cache: one copy of every connection and incident, whatever page or event brought it. */
export function createCache(): Exchange {
  return cacheExchange({
    keys,
    possibleTypes,
    updates,
    resolvers: {
      Query: {
        apiKeys: relayPagination(),
        connections: relayPagination(),
        endpoints: relayPagination(),
        incidents: relayPagination(),
        members: relayPagination(),
        replays: relayPagination(),
        savedDashboards: relayPagination(),
        sources: relayPagination(),
      },
    },
  })
}
