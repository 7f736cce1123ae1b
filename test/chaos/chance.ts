/** Draws that repeat with their seed. */
export interface Chance {
  /** 0 to 1, 1 left out. */
  draw(): number
  /** A whole number, both ends included. */
  between(low: number, high: number): number
  pick<T>(choices: readonly [T, ...T[]]): T
  /** Lower-case letters and digits. */
  word(length: number): string
  /** An independent sequence of its own. */
  branch(): Chance
}

/** The generator is mulberry32: 32 bits of state, good enough to choose moments. */
export function chance(seed: number): Chance {
  let state = seed >>> 0
  const draw = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const between = (low: number, high: number) => low + Math.floor(draw() * (high - low + 1))
  return {
    draw,
    between,
    pick: (choices) => choices[between(0, choices.length - 1)] ?? choices[0],
    word: (length) =>
      Array.from({ length }, () => 'abcdefghijklmnopqrstuvwxyz0123456789'.charAt(between(0, 35))).join(''),
    branch: () => chance(between(0, 0xffffffff)),
  }
}
