/** Waits until `fact` gives something truthy, and returns it. Fails with `what` after `deadlineMs` (default 20,000). */
export async function until<T>(
  what: string,
  fact: () => T | Promise<T>,
  deadlineMs = 20_000,
): Promise<Exclude<Awaited<T>, false | null | undefined | 0 | ''>> {
  const deadline = performance.now() + deadlineMs
  for (;;) {
    const value = await fact()
    if (value) return value as Exclude<Awaited<T>, false | null | undefined | 0 | ''>
    if (performance.now() > deadline) throw new Error(`waited ${deadlineMs} ms in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
