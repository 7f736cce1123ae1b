import { brotliDecompressSync, constants, gunzipSync, inflateSync } from 'node:zlib'

/** Bytes that come out at most: the log keeps a sixteenth of it. */
const maxOutputLength = 128 * 1024

/** The beginning of a coded body as it reads, for the log; null when the coding is another or the bytes are not of it. */
export function readCoded(body: string | Uint8Array, encoding: string): Uint8Array | string | null {
  if (typeof body === 'string') return null
  try {
    switch (encoding.trim().toLowerCase()) {
      case '':
      case 'identity':
        return body
      case 'gzip':
      case 'x-gzip':
        return gunzipSync(body, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength })
      case 'deflate':
        return inflateSync(body, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength })
      case 'br':
        return brotliDecompressSync(body, { finishFlush: constants.BROTLI_OPERATION_FLUSH, maxOutputLength })
      default:
        return null
    }
  } catch {
    return null
  }
}
