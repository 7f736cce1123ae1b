import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

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

/** Metrics of one hub, in a registry of their own. */
export function createMetrics(facts: { version: string; role: string }): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Counter({
    name: 'patchbay_http_requests_total',
    help: 'HTTP requests',
    labelNames: ['door', 'status'],
    registers,
  })
  const requestSeconds = new Histogram({
    name: 'patchbay_http_request_seconds',
    help: 'Time to answer',
    labelNames: ['door'],
    buckets: secondsBuckets,
    registers,
  })
  const calls = new Counter({
    name: 'patchbay_calls_total',
    help: 'Calls to providers',
    labelNames: ['provider', 'outcome'],
    registers,
  })
  const callSeconds = new Histogram({
    name: 'patchbay_call_seconds',
    help: 'Time of a call',
    labelNames: ['provider'],
    buckets: secondsBuckets,
    registers,
  })
  const operations = new Counter({
    name: 'patchbay_graphql_operations_total',
    help: 'GraphQL operations',
    labelNames: ['kind', 'outcome'],
    registers,
  })
  const operationSeconds = new Histogram({
    name: 'patchbay_graphql_operation_seconds',
    help: 'Time of an operation',
    labelNames: ['kind'],
    buckets: secondsBuckets,
    registers,
  })
  new Gauge({
    name: 'patchbay_build_info',
    help: 'Version and role; always 1',
    labelNames: ['version', 'role'],
    registers,
  }).set(facts, 1)
  return {
    request(door, status, seconds) {
      requests.inc({ door, status: `${Math.floor(status / 100)}xx` })
      requestSeconds.observe({ door }, seconds)
    },
    call(provider, outcome, seconds) {
      calls.inc({ provider, outcome })
      callSeconds.observe({ provider }, seconds)
    },
    operation(kind, outcome, seconds) {
      operations.inc({ kind, outcome })
      operationSeconds.observe({ kind }, seconds)
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
