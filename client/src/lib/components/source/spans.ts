/** Seconds something old goes on beside the new. */
export const spans = { d1: 86_400, h1: 3600, d3: 259_200, d7: 604_800, none: 0 } as const
export type Span = keyof typeof spans
export const spanNames = Object.keys(spans) as Span[]
