import type { CallRequest } from '../provider.ts'

/** A form as `application/x-www-form-urlencoded` text; a name with a list comes once for each value. */
export function formText(form: NonNullable<CallRequest['form']>): string {
  const pairs = Object.entries(form).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value]] : value.map((one) => [name, one]),
  )
  return new URLSearchParams(pairs).toString()
}
