import type { Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { MalformedAnswer } from './failures.ts'

/** What the hub asks for when the caller does not say. */
export const acceptedEncodings = 'gzip, deflate, br'

/** A body that comes as it is. */
export const isPlain = (encoding: string | undefined): boolean => /^(identity)?$/i.test(encoding?.trim() ?? '')

/**
 * Undoes the content coding of bytes that were read to their end, or to a limit. At most `maxBytes` come out, so a
 * compression bomb costs no more memory than an honest answer; one coding only, because each further layer multiplies the
 * work a small answer can cause. With `cut` the beginning is enough, also of bytes that end too early.
 * @throws MalformedAnswer for too much, or a coding nobody asked for
 */
export async function decode(
  bytes: Uint8Array,
  encoding: string | undefined,
  { maxBytes, cut }: { readonly maxBytes: number; readonly cut: boolean },
): Promise<Uint8Array> {
  const decoder = decoderFor(encoding)
  if (decoder === null) return bytes
  const chunks: Uint8Array[] = []
  let size = 0
  decoder.end(bytes)
  try {
    for await (const part of decoder as AsyncIterable<Uint8Array>) {
      size += part.byteLength
      chunks.push(part)
      if (size <= maxBytes) continue
      if (!cut) throw tooLarge(maxBytes)
      break
    }
  } catch (error) {
    if (!cut || size === 0) throw error
  }
  return Buffer.concat(chunks).subarray(0, maxBytes)
}

export const tooLarge = (maxBytes: number) => new MalformedAnswer(`The answer is larger than ${maxBytes} bytes.`)

/** A coding that can be undone here. */
export const isKnownCoding = (encoding: string | undefined): boolean =>
  isPlain(encoding) || /^(gzip|x-gzip|deflate|br)$/i.test(encoding?.trim() ?? '')

function decoderFor(encoding: string | undefined): Transform | null {
  if (isPlain(encoding)) return null
  switch (encoding?.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip()
    case 'deflate':
      return createInflate()
    case 'br':
      return createBrotliDecompress()
    default:
      throw new MalformedAnswer(`The answer is coded as "${encoding}", which was not asked for.`)
  }
}
