import { InvalidInputError } from '@patchbay/schema/errors.ts'
import { z } from 'zod'
import type { ConnectionFacts } from '../provider.ts'
import type { MapEvent, MappedEvent, WebhookMessage } from '../webhook.ts'

/** What arrived, in a shape. Throws InvalidInputError with the path of everything that is missing or of another kind. */
export function readPart<Shape extends z.ZodType>(
  shape: Shape,
  value: unknown,
  ...at: readonly string[]
): z.output<Shape> {
  const { data, error } = shape.safeParse(value)
  if (error === undefined) return data as z.output<Shape>
  throw new InvalidInputError(
    error.issues.map(({ path, message }) => ({ path: [...at, ...path].join('.') || 'body', message: `${message}.` })),
  )
}

/** A map for messages whose body has a shape. Amounts that are none (a RangeError of `map`) are InvalidInputError too. */
export function onBody<Shape extends z.ZodType>(
  shape: Shape,
  map: (
    body: z.output<Shape>,
    message: WebhookMessage,
    connection: ConnectionFacts,
  ) => MappedEvent | readonly MappedEvent[],
): MapEvent {
  return (message, connection) => {
    try {
      return map(readPart(shape, message.body), message, connection)
    } catch (cause) {
      if (cause instanceof RangeError) throw new InvalidInputError([{ path: 'body', message: `${cause.message}.` }])
      throw cause
    }
  }
}

/** An id that some vendors send as a number, as text. */
export const idText = z.union([z.string().min(1), z.int()]).transform(String)

/** Text as the vendor sends it; missing and empty are null. */
export const someText = z
  .string()
  .nullish()
  .transform((value) => value || null)

/** Seconds since 1970, or null. */
export const fromSeconds = (seconds: number | null | undefined): Date | null =>
  seconds === null || seconds === undefined ? null : new Date(seconds * 1000)

/** The moment a text names; null for none or for what is no moment. */
export function fromText(value: string | null | undefined): Date | null {
  const time = Date.parse(value ?? '')
  return Number.isNaN(time) ? null : new Date(time)
}

/** ISO 8601 in UTC, or null. */
export const iso = (moment: Date | null): string | null => moment?.toISOString() ?? null
