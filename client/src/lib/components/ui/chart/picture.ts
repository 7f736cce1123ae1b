import { i18n } from '#lib/i18n/i18n.svelte.ts'
import { hatched } from './hatching.ts'
import { inkOf, type Ink } from './ink.ts'
import type { SeriesLook } from './series.ts'

export interface PictureName {
  readonly label: string
  readonly look: SeriesLook
}

const inset = 20

/** A chart as it stands on the screen, with its title, its legend and a ground of its own, as a PNG. */
function pictureOf(
  chart: HTMLCanvasElement,
  ink: Ink,
  {
    title,
    names,
    filled,
  }: { readonly title: string; readonly names: readonly PictureName[]; readonly filled: boolean },
): HTMLCanvasElement {
  const scale = chart.width / Math.max(1, chart.clientWidth)
  const width = chart.clientWidth + inset * 2
  const lines = Math.max(1, Math.ceil(names.length / 3))
  const head = inset + 22 + lines * 20
  const picture = document.createElement('canvas')
  picture.width = Math.round(width * scale)
  picture.height = Math.round((head + chart.clientHeight + inset) * scale)
  const context = picture.getContext('2d')
  if (context === null) return picture
  context.scale(scale, scale)
  context.fillStyle = ink.colour('--panel-solid')
  context.fillRect(0, 0, width, picture.height / scale)
  const rtl = i18n.dir === 'rtl'
  context.direction = i18n.dir
  context.textAlign = rtl ? 'right' : 'left'
  context.fillStyle = ink.colour('--ink')
  context.font = `600 15px ${ink.font}`
  context.fillText(title, rtl ? width - inset : inset, inset + 12)
  context.font = `12px ${ink.font}`
  const column = (width - inset * 2) / 3
  names.forEach(({ label, look }, index) => {
    const from = inset + (index % 3) * column
    const x = rtl ? width - from : from
    const y = inset + 34 + Math.floor(index / 3) * 20
    const colour = ink.colour(look.colour)
    if (filled) {
      context.fillStyle = hatched(colour, ink.colour('--panel-solid'), look.hatching)
      context.fillRect(rtl ? x - 16 : x, y - 9, 16, 11)
    } else {
      context.strokeStyle = colour
      context.lineWidth = 2
      context.setLineDash([...look.dash])
      context.beginPath()
      context.moveTo(rtl ? x - 20 : x, y - 4)
      context.lineTo(rtl ? x : x + 20, y - 4)
      context.stroke()
    }
    context.fillStyle = ink.colour('--ink-muted')
    context.fillText(label, rtl ? x - 26 : x + 26, y, column - 32)
  })
  context.drawImage(chart, inset, head, chart.clientWidth, chart.clientHeight)
  return picture
}

/** Hands a file to the person. */
export function save(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The download has its own hold on the data once the click returned; the address is let go a moment later.
  setTimeout(() => URL.revokeObjectURL(url), 1000)
}

/** A name for a file out of words: "Calls over time" becomes `calls-over-time`. */
export const fileName = (words: string, ending: string): string =>
  `${words
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')}.${ending}`

/** Saves a chart as a picture. */
export function savePicture(
  chart: HTMLCanvasElement | undefined,
  about: { readonly title: string; readonly names: readonly PictureName[]; readonly filled: boolean },
): void {
  const stage = chart?.parentElement
  if (chart === undefined || !stage) return
  pictureOf(chart, inkOf(stage), about).toBlob((blob) => {
    if (blob !== null) save(fileName(about.title, 'png'), blob)
  }, 'image/png')
}
