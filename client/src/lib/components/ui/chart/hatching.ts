import type { Hatching } from './series.ts'

const size = 8

/** Lines of each hatching within one tile, as an SVG path of 8 by 8. */
export const hatchingPaths: Readonly<Record<Hatching, string>> = {
  plain: '',
  rising: 'M-2 2L2-2M0 8L8 0M6 10L10 6',
  falling: 'M-2 6L2 10M0 0L8 8M6-2L10 2',
  lines: 'M0 2H8M0 6H8',
  bars: 'M2 0V8M6 0V8',
  cross: 'M0 8L8 0M0 0L8 8',
  grid: 'M0 4H8M4 0V8',
  dots: 'M2 2h.01M6 6h.01',
}
/** Dots are round ends of lines that have no length. */
export const hatchingWidth = (hatching: Hatching): number => (hatching === 'dots' ? 3 : 1.4)

/** A fill that is known without its colour: the colour, with lines of the ground across. */
export function hatched(colour: string, ground: string, hatching: Hatching): string | CanvasPattern {
  if (hatching === 'plain') return colour
  const tile = document.createElement('canvas')
  tile.width = size
  tile.height = size
  const context = tile.getContext('2d')
  if (context === null) return colour
  context.fillStyle = colour
  context.fillRect(0, 0, size, size)
  context.strokeStyle = ground
  context.lineWidth = hatchingWidth(hatching)
  context.lineCap = hatching === 'dots' ? 'round' : 'butt'
  context.stroke(new Path2D(hatchingPaths[hatching]))
  return context.createPattern(tile, 'repeat') ?? colour
}
