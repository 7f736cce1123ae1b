const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName))

/** Moves focus along the rows of the page's list, for `j` and `k`. */
function step(direction: 1 | -1): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')]
  if (rows.length === 0) return false
  const at = rows.findIndex((row) => row === document.activeElement || row.contains(document.activeElement))
  const next = rows[at === -1 ? (direction === 1 ? 0 : rows.length - 1) : at + direction]
  if (next === undefined) return true
  const target = next.matches('a,button,[tabindex]') ? next : next.querySelector<HTMLElement>('a,button')
  target?.focus()
  target?.scrollIntoView({ block: 'nearest' })
  return true
}

/** Keys that work on every page. Ctrl/⌘ K opens the palette, `/` the page's search, `j` and `k` walk the list. */
export function onShortcut(event: KeyboardEvent, openPalette: () => void): void {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
    event.preventDefault()
    openPalette()
    return
  }
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
  if (document.querySelector('[role="dialog"][data-state="open"]')) return
  if (event.key === '/') {
    const search = document.querySelector<HTMLInputElement>('main [data-page-search]')
    if (search) {
      event.preventDefault()
      search.focus()
      search.select()
    }
  } else if (event.key === 'j' || event.key === 'k') {
    if (step(event.key === 'j' ? 1 : -1)) event.preventDefault()
  }
}
