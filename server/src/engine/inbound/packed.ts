/** Several runs of bytes as one parameter, which both engines take as it is. */
export function packed(parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(parts)
}

/** SQL for the n-th (from 1) of runs that are all `length` bytes long. */
export function slice(parameter: string, n: string, length: number): string {
  return `substring(${parameter}::bytea from (${n}::int - 1) * ${length} + 1 for ${length})`
}
