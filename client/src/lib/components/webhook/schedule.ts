/** Seconds before each try unless an endpoint has a plan of its own: eight tries over about 28 hours. */
export const usualSchedule: readonly number[] = [0, 5, 300, 1800, 7200, 18_000, 36_000, 36_000]
/** Bounds of a plan. */
export const mostTries = 20
export const longestWait = 86_400

/** From the event to the last try, in milliseconds. */
export const lengthOf = (schedule: readonly number[]): number => schedule.reduce((sum, wait) => sum + wait, 0) * 1000
