import type { Replay } from '../../replay.ts'
import { once } from '../../replay.ts'
import type { Bench, LabAnswer, LabRequest } from '../../twin.ts'
import { json } from '../../twin.ts'

export const stripeVersion = '2026-10-28.endive'

export const failure = (
  status: number,
  error: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
) =>
  json(status, { error: { type: 'invalid_request_error', ...error } }, { 'stripe-version': stripeVersion, ...headers })

export const noSuch = (noun: string, id: string) =>
  failure(404, {
    code: 'resource_missing',
    message: `No such ${noun}: '${id}'`,
    param: noun === 'payment_intent' ? 'intent' : 'id',
  })

export const lacking = (param: string) =>
  failure(400, { code: 'parameter_missing', message: `Missing required param: ${param}.`, param })

/** A form with brackets as the tree it stands for: `items[0][price]=x` is { items: { 0: { price: 'x' } } }. */
export interface Tree {
  [name: string]: string | Tree
}
export function treeOf(form: URLSearchParams): Tree {
  const root: Tree = {}
  for (const [name, value] of form) {
    const steps = name.split('[').map((step) => step.replace(/\]$/, ''))
    let here = root
    for (const [index, step] of steps.entries()) {
      if (['__proto__', 'constructor', 'prototype'].includes(step)) break
      if (index === steps.length - 1) here[step] = value
      else {
        const next = here[step]
        here = typeof next === 'object' ? next : (here[step] = {})
      }
    }
  }
  return root
}

export const branch = (tree: Tree, name: string): Tree => {
  const found = tree[name]
  return typeof found === 'object' ? found : {}
}
export const leaf = (tree: Tree, name: string): string | null => {
  const found = tree[name]
  return typeof found === 'string' && found !== '' ? found : null
}
/** Leaves of a branch, such as metadata. */
export const leaves = (tree: Tree, name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(branch(tree, name)).filter((entry) => typeof entry[1] === 'string')) as Record<
    string,
    string
  >

/** A page of a list, newest first, with Stripe's own cursor: the id of the last item before. */
export function pageOf<Item extends { readonly id: string }>(
  request: LabRequest,
  all: readonly Item[],
  noun: string,
  show: (item: Item) => unknown = (item) => item,
): LabAnswer {
  const limit = Number(request.query.get('limit') ?? '10')
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    return failure(400, { message: `Invalid limit: ${limit}`, param: 'limit' })
  const after = request.query.get('starting_after')
  const start = after === null ? 0 : all.findIndex((item) => item.id === after) + 1
  if (after !== null && start === 0) return noSuch(noun, after)
  return json(200, {
    object: 'list',
    data: all.slice(start, start + limit).map(show),
    has_more: start + limit < all.length,
    url: request.path,
  })
}

/** What was asked to be given whole: `latest_charge` of a thing, or `data.latest_charge` of a list. */
export function isExpanded(request: LabRequest, name: string): boolean {
  const asked = [...request.query, ...request.form].filter(([key]) => /^expand\[\d*\]$/.test(key))
  return asked.some(([, value]) => value === name || value === `data.${name}`)
}

/** A POST that is done once per key, as every POST at Stripe. */
export const idempotent =
  <State extends { replays: Record<string, Replay> }>(
    handle: (request: LabRequest, bench: Bench<State>) => LabAnswer,
  ) =>
  (request: LabRequest, bench: Bench<State>): LabAnswer =>
    once(bench.state.replays, request.headers['idempotency-key'], `${request.path} ${request.text}`, {
      make: () => handle(request, bench),
      replayed: (answer) => ({ ...answer, headers: { ...answer.headers, 'idempotent-replayed': 'true' } }),
      clash: () =>
        failure(400, {
          type: 'idempotency_error',
          message:
            'Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than the one you used.',
        }),
    })
