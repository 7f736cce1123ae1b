/** Beginning of the day that contains `at`, in an IANA zone, as milliseconds since the epoch. */
export function startOfDay(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at)
  const read = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value ?? 0)
  const sinceMidnight = ((read('hour') * 60 + read('minute')) * 60 + read('second')) * 1000 + (at % 1000)
  return at - sinceMidnight
}

export const dayMs = 86_400_000
