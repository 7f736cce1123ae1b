import { Where } from '../where.ts'
import { middleMs, type Piece } from './pieces.ts'

/**
 * `select … union all select …`: each piece is one range of an index. `"middle"` among the columns is the moment a row counts
 * for; `narrow` adds what every piece has to fulfil.
 */
export function piecewise(
  pieces: readonly Piece[],
  table: string,
  columns: string,
  narrow: (where: Where) => void,
): [text: string, params: unknown[]] {
  let params: unknown[] = []
  const parts = pieces.map(({ grain, from, to }) => {
    const where = new Where()
    where.params.push(...params)
    const shift = middleMs[grain]
    narrow(where)
    where.and(`"grain" = '${grain}'`)
    where.and(`"at" >= ${where.param(new Date(from.getTime() - shift))}::timestamptz`)
    where.and(`"at" < ${where.param(new Date(to.getTime() - shift))}::timestamptz`)
    params = [...where.params]
    return `select ${columns.replace('"middle"', `"at" + interval '${shift} milliseconds' as "middle"`)} from "${table}" ${where}`
  })
  return [parts.join(' union all '), params]
}
