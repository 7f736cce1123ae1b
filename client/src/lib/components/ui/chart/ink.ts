/** Colours and type of the theme in use, as a canvas takes them. */
export interface Ink {
  colour(property: string): string
  /** The same, `share` of it. */
  soft(property: string, share: number): string
  readonly font: string
}

/**
 * Reads custom properties as they are for an element right now: light-dark() and forced colours answer only where a colour
 * is used, so one is.
 */
export function inkOf(element: HTMLElement): Ink {
  const probe = document.createElement('span')
  probe.style.display = 'none'
  element.append(probe)
  const known = new Map<string, string>()
  const read = (value: string): string => {
    const found = known.get(value)
    if (found !== undefined) return found
    if (!probe.isConnected) element.append(probe)
    probe.style.color = value
    const colour = getComputedStyle(probe).color
    known.set(value, colour)
    probe.remove()
    return colour
  }
  return {
    colour: (property) => read(`var(${property})`),
    soft: (property, share) => read(`color-mix(in srgb, var(${property}) ${share * 100}%, transparent)`),
    font: getComputedStyle(element).fontFamily,
  }
}
