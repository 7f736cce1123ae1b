import { GraphQLError } from 'graphql'
import { builder } from './builder.ts'

// RFC 3339 with an offset: a time without one would mean something else in every time zone.
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/i

builder.scalarType('DateTime', {
  description:
    'Instant as RFC 3339 in UTC with milliseconds, for example `2026-11-20T08:30:00.000Z`. Input may carry any offset.',
  serialize: (value) => (value instanceof Date ? value : new Date(value)).toISOString(),
  parseValue: (value) => {
    const date = typeof value === 'string' && instant.test(value) ? new Date(value) : null
    if (date === null || Number.isNaN(date.getTime()))
      throw new GraphQLError(`Not an instant: ${JSON.stringify(value)}. Write it as 2026-11-20T08:30:00Z.`)
    return date
  },
})

builder.scalarType('BigInt', {
  description: 'Whole number of any size, as a decimal string.',
  serialize: (value) => value.toString(),
  parseValue: (value) => {
    if (typeof value === 'string' && /^-?\d{1,40}$/.test(value)) return BigInt(value)
    throw new GraphQLError(`Not a whole number: ${JSON.stringify(value)}. Write it as a string of digits.`)
  },
})

builder.scalarType('JSON', {
  description:
    'Any JSON value, where the shape depends on what is described (for example the fields an audit entry changed).',
  serialize: (value) => value,
  parseValue: (value) => value,
})
