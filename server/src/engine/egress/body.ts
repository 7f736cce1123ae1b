import type { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { MalformedAnswer } from './failures.ts'

/** What the hub asks for when the caller does not say. */
export const acceptedEncodings = 'gzip, deflate, br'

/**
 * Reads an answer's body to its end and undoes its content coding. At most `maxBytes` are read off the wire and at most
 * `maxBytes` come out of the decoder, so a compression bomb costs no more memory than an honest answer; one coding only,
 * because each further layer multiplies the work a small answer can cause.
 */
export async function readBody(
  source: Readable,
  encoding: string | undefined,
  { maxBytes, cut }: { readonly maxBytes: number; readonly cut: boolean },
): Promise<Uint8Array> {
  // Only the beginning is wanted: it is kept as it came, and the exchange ends there.
  if (cut) return readBeginning(source, maxBytes)
  const decoder = decoderFor(encoding)
  const chunks: Uint8Array[] = []
  let size = 0
  const collect = async (parts: AsyncIterable<Uint8Array>) => {
    for await (const part of parts) {
      size += part.byteLength
      if (size > maxBytes) throw new MalformedAnswer(`The answer is larger than ${maxBytes} bytes.`)
      chunks.push(part)
    }
  }
  // Most answers are not coded; a pipeline of one costs a third of the exchange.
  if (decoder === null) await collect(source as AsyncIterable<Uint8Array>)
  else await pipeline(source, (parts: AsyncIterable<Uint8Array>) => capped(parts, maxBytes), decoder, collect)
  return Buffer.concat(chunks)
}

async function readBeginning(source: Readable, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const part of source as AsyncIterable<Uint8Array>) {
    chunks.push(part)
    size += part.byteLength
    if (size >= maxBytes) break
  }
  return Buffer.concat(chunks).subarray(0, maxBytes)
}

async function* capped(parts: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const part of parts) {
    size += part.byteLength
    if (size > maxBytes) throw new MalformedAnswer(`The answer is larger than ${maxBytes} bytes.`)
    yield part
  }
}

function decoderFor(encoding: string | undefined): Transform | null {
  switch (encoding?.trim().toLowerCase() ?? '') {
    case '':
    case 'identity':
      return null
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
