/** Tells of each id once, and of no more than the last `most` of them: the rest was told of long ago. */
export function onlyNew(most = 5000): (id: string) => boolean {
  const told = new Set<string>()
  return (id) => {
    if (told.has(id)) return false
    told.add(id)
    if (told.size > most) for (const oldest of [...told].slice(0, most / 2)) told.delete(oldest)
    return true
  }
}
