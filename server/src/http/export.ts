import type { ServerResponse } from 'node:http'
import { Readable, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { LogExportCommands } from '@patchbay/schema/commands/log-export.ts'
import type { Context } from '@patchbay/schema/context.ts'
import { ForbiddenError, PatchbayError, RateLimitedError, UnauthenticatedError } from '@patchbay/schema/errors.ts'
import { exported, exportedColumns } from '@patchbay/schema/exports.ts'
import { exportRows } from '@patchbay/schema/load/export-rows.ts'
import { reachOf } from '@patchbay/schema/load/reach.ts'
import { hubSchema } from '@patchbay/schema/schema.ts'
import { holds } from '@patchbay/schema/scopes.ts'
import type { Authenticated, People } from '../engine/people/contract.ts'
import type { Log } from '../log.ts'
import { refuse, type Door } from './exchange.ts'
import { formatterOf } from './export-format.ts'
import { readExportRequest, type ExportRequest } from './export-request.ts'
import { contextOf, type Surroundings } from './graphql-context.ts'
import { proofOf, standingOf } from './graphql-proof.ts'
import { setSecurityHeaders } from './security-headers.ts'

export interface ExportDoorOptions {
  readonly people: Pick<People, 'authenticate' | 'spend' | 'refusedScope'>
  readonly surroundings: Surroundings
  readonly log: Pick<Log, 'error'>
  /** Exports of one viewer at a time. Default 2. */
  readonly mostPerViewer?: number
  /** Exports of everybody in this process at a time. Default 8. */
  readonly most?: number
  /** How often a running export asks whether its viewer may still read. Default 5,000 ms. */
  readonly recheckMs?: number
}

export interface ExportDoor {
  readonly handle: Door
  /** Cuts what is under way, and waits until it is noted. */
  close(): Promise<void>
}

/** Rows read at once; bodies are large. */
const batchRows = 1_000
const batchBodies = 25
const retrySeconds = 5

/** A key that is revoked ends within a second, in the middle of an export too. */
const recheckKeysMs = 500

/** /export/{log}.{csv|ndjson}: a whole log, or what a filter finds of it, as a stream. */
export function createExportDoor(options: ExportDoorOptions): ExportDoor {
  const { people, surroundings, log, mostPerViewer = 2, most = 8, recheckMs = 5_000 } = options
  const schema = hubSchema()
  /** Exports under way and whose they are; and those that are over or not, until they are noted. */
  const running = new Map<AbortController, string>()
  const unnoted = new Set<Promise<void>>()

  /** Who may read it, as far as that can be said before it begins. */
  function admit(viewer: Authenticated, ipAddress: string | null, { spec }: ExportRequest): void {
    for (const scope of ['log:export', spec.scope] as const)
      if (!holds(viewer, scope)) {
        people.refusedScope(viewer, ipAddress)
        throw new ForbiddenError(scope)
      }
    const own = [...running.values()].filter((viewerId) => viewerId === viewer.id).length
    if (own >= mostPerViewer || running.size >= most) throw new RateLimitedError(retrySeconds)
  }

  const handle: Door = async (request, response, exchange) => {
    setSecurityHeaders(response)
    if (request.method !== 'GET')
      return refuse(response, 405, 'METHOD_NOT_ALLOWED', 'Read exports with GET.', { allow: 'GET' })
    try {
      const proof = proofOf(request, exchange)
      const again = () => people.authenticate(proof)
      const viewer = await again()
      if (viewer === null) throw new UnauthenticatedError('Sign in, or send an API key, to export.')
      // A link on another site would make a signed-in person's browser fetch and the audit log speak of it.
      const site = request.headers['sec-fetch-site']
      if (viewer.kind === 'USER' && site !== undefined && site !== 'same-origin' && site !== 'none')
        return refuse(response, 403, 'FORBIDDEN', 'Begin an export from the admin itself.')
      const asked = readExportRequest(schema, request)
      if (asked === null) return refuse(response, 404, 'NOT_FOUND', 'There is no such export.')
      await people.spend(viewer, exchange.ipAddress)
      admit(viewer, exchange.ipAddress, asked)
      const gone = new AbortController()
      running.set(gone, viewer.id)
      const asker = { viewer, ...exchange, signal: gone.signal, again }
      const ctx = contextOf(surroundings, asker)
      const done = send({ asked, ctx, response, gone, again, zip: takesGzip(request.headers['accept-encoding']) })
      const noted = done.catch(() => {}).finally(() => unnoted.delete(noted))
      unnoted.add(noted)
      await done.finally(() => running.delete(gone))
    } catch (error) {
      answerRefusal(response, error)
    }
  }

  async function send(work: {
    readonly asked: ExportRequest
    readonly ctx: Context
    readonly response: ServerResponse
    readonly gone: AbortController
    readonly again: () => Promise<Authenticated | null>
    readonly zip: boolean
  }): Promise<void> {
    const { asked, ctx, response, gone, zip } = work
    const { spec, bodies } = asked
    const actor = ctx.actor()
    const selection = await spec.select(ctx, asked.filter as never, asked.search)
    const columns = exportedColumns(spec, bodies)
    const format = formatterOf(asked.format, columns, asked.bom)
    let rows = 0
    let outcome: 'COMPLETE' | 'ABORTED' | 'FAILED' = 'ABORTED'
    let checked = performance.now()
    const everyMs = ctx.viewer?.kind === 'API_KEY' ? recheckKeysMs : recheckMs

    async function* text(): AsyncGenerator<string, void, undefined> {
      if (format.head !== '') yield format.head
      const batch = Math.min(bodies ? batchBodies : batchRows, asked.most ?? Infinity)
      for await (const found of exportRows(reachOf(ctx), spec.log, { ...selection, bodies, batch })) {
        const wanted = asked.most === null ? found : found.slice(0, asked.most - rows)
        yield format.rows(wanted.map((row) => exported(spec, row, ctx)))
        rows += wanted.length
        if (rows === asked.most) break
        if (performance.now() - checked < everyMs || ctx.viewer === null) continue
        checked = performance.now()
        if ((await standingOf(ctx.viewer as Authenticated, work.again)) !== 'same')
          throw new UnauthenticatedError('Your access ended or changed.')
      }
      outcome = 'COMPLETE'
    }

    response.writeHead(200, {
      'content-type': format.contentType,
      'content-disposition': `attachment; filename="${fileName(asked, ctx.now())}"`,
      'cache-control': 'no-store',
      vary: 'accept-encoding',
      ...(zip ? { 'content-encoding': 'gzip' } : {}),
    })
    const stages: Transform[] = zip ? [createGzip()] : []
    try {
      // One chunk of text is one batch; a slow reader holds the next read back.
      await pipeline([Readable.from(text(), { highWaterMark: 1 }), ...stages, response], { signal: gone.signal })
    } catch (error) {
      const left = response.destroyed || gone.signal.aborted
      const code = error instanceof Error && 'code' in error ? error.code : null
      if (code !== 'ERR_STREAM_PREMATURE_CLOSE' && code !== 'ABORT_ERR' && !(error instanceof UnauthenticatedError)) {
        outcome = 'FAILED'
        log.error({ error, correlationId: ctx.correlationId, log: asked.name }, 'an export failed')
      } else if (left) outcome = 'ABORTED'
      // The reader must see that something is missing.
      response.destroy()
    } finally {
      // There is room for the next one as soon as the last byte is out.
      running.delete(gone)
      await note(ctx.commands.logExport, actor, asked, rows, outcome)
    }
  }

  const note = async (
    commands: LogExportCommands,
    actor: Parameters<LogExportCommands['note']>[0],
    { name, format, filter, search, bodies }: ExportRequest,
    rows: number,
    outcome: 'COMPLETE' | 'ABORTED' | 'FAILED',
  ): Promise<void> => {
    try {
      await commands.note(actor, { log: name, format, filter, search, bodies, rows, outcome })
    } catch (error) {
      log.error({ error, correlationId: actor.correlationId }, 'an export could not be noted in the audit log')
    }
  }

  return {
    handle,
    async close() {
      for (const gone of running.keys()) gone.abort()
      await Promise.all(unnoted)
    },
  }
}

function answerRefusal(response: ServerResponse, error: unknown): void {
  if (!(error instanceof PatchbayError)) throw error
  if (error instanceof RateLimitedError)
    return refuse(response, 429, error.code, error.message, { 'retry-after': String(error.retryAfterSeconds) })
  const statuses: Readonly<Record<string, number>> = { UNAUTHENTICATED: 401, FORBIDDEN: 403 }
  refuse(response, statuses[error.code] ?? 400, error.code, error.message)
}

/** `patchbay-calls-20261121T154000Z.csv` */
const fileName = ({ name, format }: ExportRequest, at: Date): string =>
  `patchbay-${name}-${at.toISOString().replace(/[-:]|\.\d+/g, '')}.${format}`

/** Whether gzip is among the codings taken; `gzip;q=0` says it is not. */
function takesGzip(header: string | string[] | undefined): boolean {
  return String(header ?? '')
    .split(',')
    .map((coding) =>
      coding
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/),
    )
    .some(
      ([coding, ...params]) => (coding === 'gzip' || coding === '*') && !params.some((one) => /^q=0(\.0*)?$/.test(one)),
    )
}
