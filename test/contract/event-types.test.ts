import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { fits, patternRule } from '@patchbay/schema/event-types/form.ts'
import { eventTypes, jsonSchemaOf } from '@patchbay/schema/event-types/index.ts'

const all = [...eventTypes.values()]
const ajv = new Ajv2020({ strict: true, validateFormats: false })

describe('W3: the catalogue of events', () => {
  test.each(all)('$name: named, described, and its example is what it promises', (type) => {
    expect(type.name).toMatch(patternRule)
    expect(type.name).toContain('.')
    expect(type.version).toBeGreaterThanOrEqual(1)
    expect(type.summary).toMatch(/[.]$/)
    // Nothing is dropped: the example shows every member there is, and none beside.
    expect(type.data.parse(type.example)).toEqual(type.example)
  })

  test.each(all)('$name: the published JSON Schema agrees with the example', (type) => {
    const schema = jsonSchemaOf(type)
    expect(jsonSchemaOf(type)).toBe(schema)
    const validate = ajv.compile(schema)
    expect(validate(type.example), JSON.stringify(validate.errors)).toBe(true)
    // A member that a later version adds does no harm; one that is missing does.
    expect(validate({ ...type.example, later: 1 })).toBe(true)
    expect(validate({})).toBe(false)
  })

  test('a name stands for one type, and a noun for one category', () => {
    expect(new Set(all.map((type) => type.name)).size).toBe(all.length)
    const nouns = Map.groupBy(
      all.filter((type) => type.category !== null),
      (type) => type.name.split('.')[0],
    )
    for (const types of nouns.values()) expect(new Set(types.map((type) => type.category)).size).toBe(1)
  })

  test('an endpoint asks by name, by noun, or for everything', () => {
    expect(all.filter((type) => fits('*', type.name))).toHaveLength(all.length)
    expect(all.filter((type) => fits('shipment.*', type.name)).every((type) => type.category === 'SHIPPING')).toBe(true)
    expect(fits('payment.succeeded', 'payment.failed')).toBe(false)
    expect(fits('order.*', 'order_book.changed')).toBe(false)
  })
})
