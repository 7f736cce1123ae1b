import { randomUUID } from 'node:crypto'
import type { CallRow } from '@patchbay/server/engine/calls/log.ts'

/** A row of the call log, with values that try the way into the database. */
export function callRow(more: Partial<CallRow> = {}): CallRow {
  return {
    id: randomUUID(),
    at: new Date('2026-11-21T10:00:30.123Z'),
    organizationId: randomUUID(),
    connectionId: randomUUID(),
    provider: 'acme',
    environment: 'LIVE',
    purpose: 'PROBE',
    operation: 'probe',
    method: 'GET',
    host: 'api.acme.example',
    path: '/v1',
    status: 200,
    ok: true,
    errorClass: null,
    errorMessage: null,
    latencyMs: 12,
    attempts: 1,
    requestBytes: 3,
    responseBytes: 5,
    requestHead: { accept: 'a "quoted", {braced} \\ value' },
    requestBody: null,
    responseHead: null,
    responseBody: 'line\nline\t"quoted" \\ {a,b} NULL',
    steps: [{ step: 'egress', ms: 11 }],
    actorKind: 'SYSTEM',
    actorId: null,
    actorName: null,
    ipAddress: null,
    correlationId: 'c',
    cache: null,
    costMicros: 12_345_678_901n,
    ...more,
  }
}
