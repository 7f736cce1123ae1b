import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { Seconds, Tally } from './tallies.ts'

/** Figures for Prometheus. Labels name doors, providers and outcomes: never an organization, a person or a connection. */
export interface Metrics {
  request(door: string, status: number, seconds: number): void
  call(provider: string, outcome: string, seconds: number): void
  operation(kind: string, outcome: string, seconds: number): void
  /** Reads a figure whenever somebody looks; a failed reading leaves the figure out. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void
  /** The same with one label. */
  gauges(name: string, help: string, label: string, read: () => Promise<Readonly<Record<string, number>>>): void
  text(): Promise<string>
  readonly contentType: string
  close(): void
}

const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const classes = ['0xx', '1xx', '2xx', '3xx', '4xx', '5xx']

/** Metrics of one hub, in a registry of their own. */
export function createMetrics(facts: { version: string; role: string }): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Tally({
    name: 'patchbay_http_requests_total',
    help: 'HTTP requests',
    labels: ['door', 'status'],
    registers,
  })
  const requestSeconds = new Seconds(
    { name: 'patchbay_http_request_seconds', help: 'Time to answer', label: 'door', registers },
    secondsBuckets,
  )
  const calls = new Tally({
    name: 'patchbay_calls_total',
    help: 'Calls to providers',
    labels: ['provider', 'outcome'],
    registers,
  })
  const callSeconds = new Seconds(
    { name: 'patchbay_call_seconds', help: 'Time of a call', label: 'provider', registers },
    secondsBuckets,
  )
  const operations = new Tally({
    name: 'patchbay_graphql_operations_total',
    help: 'GraphQL operations',
    labels: ['kind', 'outcome'],
    registers,
  })
  const operationSeconds = new Seconds(
    { name: 'patchbay_graphql_operation_seconds', help: 'Time of an operation', label: 'kind', registers },
    secondsBuckets,
  )
  new Gauge({
    name: 'patchbay_build_info',
    help: 'Version and role; always 1',
    labelNames: ['version', 'role'],
    registers,
  }).set(facts, 1)
  return {
    request(door, status, seconds) {
      requests.count(door, classes[Math.floor(status / 100)] ?? `${Math.floor(status / 100)}xx`)
      requestSeconds.took(door, seconds)
    },
    call(provider, outcome, seconds) {
      calls.count(provider, outcome)
      callSeconds.took(provider, seconds)
    },
    operation(kind, outcome, seconds) {
      operations.count(kind, outcome)
      operationSeconds.took(kind, seconds)
    },
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers,
        async collect() {
          const value = await Promise.resolve(read()).catch(() => null)
          if (value === null) this.reset()
          else this.set(value)
        },
      })
    },
    gauges(name, help, label, read) {
      new Gauge({
        name,
        help,
        labelNames: [label],
        registers,
        async collect() {
          this.reset()
          const values = await read().catch(() => ({}))
          for (const [key, value] of Object.entries(values)) this.set({ [label]: key }, value)
        },
      })
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
    close: () => registry.clear(),
  }
}
