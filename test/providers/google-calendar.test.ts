import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BusyTimes, CalendarEvent, CalendarEventPage } from '@patchbay/schema/capabilities/calendar.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { googleCalendar } from '@patchbay/server/providers/google-calendar.ts'
import { atTwin } from './at-twin.ts'
import { googleCalendar as calendarCase } from './cases/google-calendar.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const connected = (change: object = {}) => atTwin(googleCalendar, { ...calendarCase.good, ...change }, lab.origin)

describe('F7: Google Calendar', () => {
  test('an event becomes a whole day, and only that', async () => {
    const { run } = await connected()
    const change = {
      id: 'lab00006nooratelier',
      start: { at: null, date: '2026-12-02' },
      end: { at: null, date: '2026-12-03' },
    }
    const changed = await run<CalendarEvent>('events.update', { ...change, idempotencyKey: 'day' })
    expect(changed).toMatchObject({ start: { at: null, date: '2026-12-02' }, end: { at: null, date: '2026-12-03' } })
    expect(await run('events.get', { id: change.id })).toEqual(changed)
  })

  test('X2: what is removed twice is removed once; what never was is said so', async () => {
    const { run } = await connected()
    const removal = { id: 'lab00007nooratelier', idempotencyKey: 'removal' }
    expect(await run('events.delete', removal)).toEqual({ id: removal.id })
    expect(await run('events.delete', removal)).toEqual({ id: removal.id })
    const { items } = await run<CalendarEventPage>('events.list', { first: 100 })
    expect(items.map(({ id }) => id)).not.toContain(removal.id)
    await expect(run('events.delete', { ...removal, id: 'never00was' })).rejects.toMatchObject({
      errorClass: 'NOT_FOUND',
    })
  })

  test('busy times are those of the events, cut to what was asked', async () => {
    const { run } = await connected()
    const made = await run<CalendarEvent>('events.create', {
      title: 'Shoot',
      start: { at: '2027-03-01T10:00:00+04:00', date: null },
      end: { at: '2027-03-01T12:00:00+04:00', date: null },
      idempotencyKey: 'shoot',
    })
    expect(made.status).toBe('CONFIRMED')
    const { busy } = await run<BusyTimes>('busy.find', { from: '2027-03-01T07:00:00Z', to: '2027-03-02T00:00:00Z' })
    expect(busy).toEqual([{ from: '2027-03-01T07:00:00.000Z', to: '2027-03-01T08:00:00.000Z' }])
  })

  test('a calendar that is not there is an error inside a success', async () => {
    const { run } = await connected({ calendarId: 'nobody@example.com' })
    const asked = { from: '2027-03-01T07:00:00Z', to: '2027-03-02T00:00:00Z' }
    await expect(run('busy.find', asked)).rejects.toMatchObject({ errorClass: 'NOT_FOUND', field: 'calendarId' })
  })
})
