import type { BusyTimes, CalendarInfoPage, FindBusy, ListCalendars } from '@patchbay/schema/capabilities/calendar.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'

const calendarList = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      summary: z.string().default(''),
      summaryOverride: z.string().nullish(),
      timeZone: z.string().nullish(),
      primary: z.boolean().default(false),
      accessRole: z.string().default('reader'),
      backgroundColor: z.string().nullish(),
    }),
  ),
  nextPageToken: z.string().nullish(),
})

export async function listCalendars(call: Call, input: ListCalendars): Promise<CalendarInfoPage> {
  const query = { maxResults: input.first, pageToken: input.after ?? undefined }
  const answer = await call({ method: 'GET', path: '/users/me/calendarList', query })
  return readAnswer('Google Calendar', answer, calendarList, ({ items, nextPageToken }) => ({
    items: items.map((found) => ({
      id: found.id,
      name: found.summaryOverride ?? found.summary,
      timeZone: found.timeZone ?? null,
      primary: found.primary,
      writable: found.accessRole === 'owner' || found.accessRole === 'writer',
      providerData: { accessRole: found.accessRole, backgroundColor: found.backgroundColor ?? null },
    })),
    nextCursor: nextPageToken ?? null,
  }))
}

const inUtc = (text: string) => new Date(text).toISOString()
const freeBusy = z.object({
  calendars: z.record(
    z.string(),
    z.object({
      busy: z.array(z.object({ start: z.string(), end: z.string() })).default([]),
      errors: z.array(z.object({ reason: z.string().default('unknown') })).default([]),
    }),
  ),
})

/** A calendar that cannot be read is an error inside a success. */
export async function findBusy(call: Call, input: FindBusy, { settings }: ConnectionFacts): Promise<BusyTimes> {
  const id = settings['calendarId'] || 'primary'
  const json = { timeMin: input.from, timeMax: input.to, items: [{ id }] }
  const answer = await call({ method: 'POST', path: '/freeBusy', json, safe: true })
  return readAnswer('Google Calendar', answer, freeBusy, ({ calendars }) => {
    const [found] = Object.values(calendars)
    const reason = found?.errors[0]?.reason
    if (found === undefined || reason !== undefined)
      throw new ProviderCallError({
        errorClass: 'NOT_FOUND',
        message: `Google Calendar: when this calendar is taken cannot be read (${reason ?? 'notFound'}).`,
        advice: 'Check the calendar of the connection, and that whoever signed in may see it.',
        vendorCode: reason ?? 'notFound',
        field: 'calendarId',
      })
    return { busy: found.busy.map(({ start, end }) => ({ from: inUtc(start), to: inUtc(end) })) }
  })
}
