import type { Money } from '@patchbay/schema/capabilities/values.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type StripeSdk from 'stripe'
import type { z } from 'zod'
import type { Call } from '../provider.ts'
import { readTextCursor, textCursor } from '../shared/cursor.ts'
import { malformed } from '../shared/failure.ts'
import { fetchFromCall, unwrap } from '../shared/fetch-from-call.ts'
import { fromStripeAmount } from './amounts.ts'

/** The version the SDK in our lock file is typed for; sent always, so an account's default cannot change answers. */
export const apiVersion = '2026-10-28.endive'

/** Works with Stripe's own SDK over the pipeline: its key is a placeholder, its retries are off, `authorize` adds the real key. */
export async function withSdk<Result>(call: Call, work: (sdk: StripeSdk) => Promise<Result>): Promise<Result> {
  const { default: Stripe } = await import('stripe')
  const keepHeaders = ['stripe-version', 'stripe-account', 'stripe-context']
  const sdk = new Stripe('sk_placeholder', {
    apiVersion,
    maxNetworkRetries: 0,
    telemetry: false,
    httpClient: Stripe.createFetchHttpClient(fetchFromCall(call, { keepHeaders })),
  })
  try {
    return await work(sdk)
  } catch (error) {
    const refused = unwrap(error, ProviderCallError)
    // A TypeError is the SDK stumbling over a body such as null.
    const unreadable = refused instanceof Stripe.errors.StripeError || refused instanceof TypeError
    throw unreadable ? malformed('Stripe', 'its SDK could not read the answer', refused) : refused
  }
}

/** Reads what the SDK handed over: it is typed and not checked, so an answer of another shape would get this far. */
export function read<Shape extends z.ZodType>(what: string, shape: Shape, answer: unknown): z.output<Shape> {
  const { data, error } = shape.safeParse(answer)
  if (error !== undefined) throw malformed('Stripe', `the ${what} in its answer cannot be read`, error)
  return data as z.output<Shape>
}

/** Stripe's word in ours; one that is not in the table is an answer of another shape. */
export function wordOf<Word>(what: string, words: Readonly<Record<string, Word>>, word: string): Word {
  const found = Object.hasOwn(words, word) ? words[word] : undefined
  if (found === undefined) throw malformed('Stripe', `the ${what} has the unknown status ${word.slice(0, 40)}`)
  return found
}

/** An amount as Stripe writes it, with its currency in small letters. */
export function toMoney(amount: number, currency: string): Money {
  const code = currency.toUpperCase()
  return { amountMinor: fromStripeAmount(amount, code), currency: code }
}

export const toMoment = (seconds: number): string => new Date(seconds * 1000).toISOString()

/** A thing Stripe gives as its id, or whole where it was asked to. */
export const idOf = (found: string | { readonly id: string } | null | undefined): string | null =>
  typeof found === 'string' ? found : (found?.id ?? null)

/** Stripe's pages begin after the id of the last item before. */
export const pageOf = (input: { readonly first: number; readonly after: string | null }) => ({
  limit: input.first,
  ...(input.after !== null && { starting_after: readTextCursor(input.after) }),
})

/** One page of ours made of one of Stripe's. */
export function toPage<Item extends { readonly id: string }>(
  found: { readonly data: readonly unknown[]; readonly has_more: boolean },
  map: (item: unknown) => Item,
): { items: Item[]; nextCursor: string | null } {
  const items = found.data.map(map)
  const last = items.at(-1)
  return { items, nextCursor: found.has_more && last !== undefined ? textCursor(last.id) : null }
}
