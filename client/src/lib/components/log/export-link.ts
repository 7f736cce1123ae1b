/** Logs that can be exported, as the hub's address names them. */
export type ExportedLog =
  'calls' | 'inbound-events' | 'events' | 'deliveries' | 'attempts' | 'alerts' | 'audit' | 'system-events'
export const exportFormats = ['csv', 'ndjson'] as const
export type ExportFormat = (typeof exportFormats)[number]

/** Address of an export with a list's own filter; a list within it repeats its name. */
export function exportLink(
  log: ExportedLog,
  format: ExportFormat,
  filter: Readonly<Record<string, unknown>>,
  search: string | null,
): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(filter))
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== null && one !== undefined) query.append(name, String(one))
  if (search) query.set('search', search)
  // Spreadsheets take UTF-8 for something else without it.
  if (format === 'csv') query.set('bom', '1')
  return `/export/${log}.${format}${query.size > 0 ? `?${query}` : ''}`
}
