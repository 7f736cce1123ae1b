/**
 * The millisecond inside an id of UUID version 7 (RFC 9562): the `at` of a row whose id was made with it, and so its
 * partition. Any other text gives an instant that no such row has.
 */
export function instantOf(id: string): Date {
  const milliseconds = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)
  return new Date(Number.isNaN(milliseconds) ? 0 : Math.min(milliseconds, Date.UTC(9999, 11, 31)))
}
