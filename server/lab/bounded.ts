/** Things people and the demo's traffic make, kept per kind; the first day's data stays besides. */
const createdAtMost = 200

/** Puts a new thing before the others; beyond the limit the oldest created one is forgotten, never one of the first day. */
export function addNewest<Item>(list: Item[], item: Item, firstDay: number): void {
  list.unshift(item)
  if (list.length > createdAtMost + firstDay) list.splice(createdAtMost, 1)
}

/** Drops what was written first, beyond the limit. Keys that look like whole numbers would come first; none here do. */
export function forgetOldest(record: Record<string, unknown>): void {
  const keys = Object.keys(record)
  for (const key of keys.slice(0, Math.max(0, keys.length - createdAtMost))) delete record[key]
}
