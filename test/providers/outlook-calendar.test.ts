import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BusyTimes, CalendarEvent, CalendarEventPage } from '@patchbay/schema/capabilities/calendar.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { outlookCalendar } from '@patchbay/server/providers/outlook-calendar.ts'
import { atTwin } from './at-twin.ts'
import { outlookCalendar as outlookCase } from './cases/outlook-calendar.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const connected = (change: object = {}) => atTwin(outlookCalendar, { ...outlookCase.good, ...change }, lab.origin)
const fitting = (change: object = {}) => ({
  title: 'Fitting',
  start: { at: '2027-03-01T10:00:00+04:00', date: null },
  end: { at: '2027-03-01T11:00:00+04:00', date: null },
  timeZone: 'Asia/Dubai',
  idempotencyKey: 'fitting-a',
  ...change,
})

describe('F7: Outlook Calendar', () => {
  test('X2: the same key is the same event; the hour is that of its zone', async () => {
    const { run, sent } = await connected()
    const first = await run<CalendarEvent>('events.create', fitting())
    const again = await run<CalendarEvent>('events.create', fitting())
    expect(again.id).toBe(first.id)
    expect(sent[0]).toMatchObject({ json: { start: { dateTime: '2027-03-01T10:00:00', timeZone: 'Asia/Dubai' } } })
    expect(first).toMatchObject({
      start: { at: '2027-03-01T06:00:00.000Z', date: null },
      end: { at: '2027-03-01T07:00:00.000Z', date: null },
      timeZone: 'Asia/Dubai',
      status: 'CONFIRMED',
    })
  })

  test('whole days stay days, and become hours again', async () => {
    const { run } = await connected()
    const day = { start: { at: null, date: '2027-03-04' }, end: { at: null, date: '2027-03-05' } }
    const made = await run<CalendarEvent>('events.create', fitting({ ...day, idempotencyKey: 'day' }))
    expect(made).toMatchObject(day)
    const { start, end } = fitting()
    const changed = await run('events.update', { id: made.id, start, end, idempotencyKey: 'hours' })
    expect(changed).toMatchObject({ start: { at: '2027-03-01T06:00:00.000Z', date: null } })
  })

  test('nobody is mailed against the caller’s word, and no zone is made up', async () => {
    const { run, sent } = await connected()
    const invited = fitting({ attendees: ['layla@example.com'] })
    await expect(run('events.create', invited)).rejects.toMatchObject({ status: null, field: 'notify' })
    const nowhere = fitting({ timeZone: 'Asia/Nowhere' })
    await expect(run('events.create', nowhere)).rejects.toMatchObject({ status: null, field: 'timeZone' })
    expect(sent).toEqual([])
  })

  test('S1: every event once, in any page size', async () => {
    const { run } = await connected()
    for (const first of [1, 5, 100]) {
      const ids: string[] = []
      let after: string | null = null
      do {
        const page: CalendarEventPage = await run<CalendarEventPage>('events.list', { first, after })
        ids.push(...page.items.map(({ id }) => id))
        after = page.nextCursor
      } while (after !== null && ids.length < 50)
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids.length).toBeGreaterThanOrEqual(12)
    }
    await expect(run('events.list', { after: 'bm90LW91cnM' })).rejects.toMatchObject({ errorClass: 'INVALID_REQUEST' })
  })

  test('free events take no time; one end of a time reaches as far as Exchange looks', async () => {
    const { run, sent } = await connected()
    const { busy } = await run<BusyTimes>('busy.find', { from: '2020-01-01T00:00:00Z', to: '2024-01-01T00:00:00Z' })
    expect(busy).toEqual([])
    await run('events.list', { from: '2026-01-01T00:00:00Z' })
    expect(sent.at(-1)?.query).toMatchObject({ endDateTime: '2030-12-31T00:00:00.000Z' })
  })

  test('a calendar’s id cannot lead elsewhere', async () => {
    const { run } = await connected({ calendarId: '../../users?x=' })
    await expect(run('events.list', {})).rejects.toMatchObject({ errorClass: 'NOT_FOUND' })
  })

  test('X1: a tenant becomes no other path', () => {
    const hosts = (tenantId: string) =>
      outlookCalendar.hosts({ id: 'c', environment: 'LIVE', settings: { tenantId }, baseUrl: null })
    expect(hosts('../evil')).toMatchObject({ login: 'https://login.microsoftonline.com/common' })
    expect(hosts('contoso.onmicrosoft.com')).toMatchObject({
      login: 'https://login.microsoftonline.com/contoso.onmicrosoft.com',
    })
  })
})
