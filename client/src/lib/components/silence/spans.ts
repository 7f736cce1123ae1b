/** For how long alerts can be muted, in minutes. */
export const spans = { m30: 30, h1: 60, h4: 240, d1: 1440, d7: 10_080, d30: 43_200 } as const
export type Span = keyof typeof spans
export const spanNames = Object.keys(spans) as Span[]
