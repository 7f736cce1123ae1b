import type { Verify } from '../../webhook.ts'

/** The vendor signs nothing: whoever knows the unguessable address may speak. What it says is read again by API. */
export function byAddress(): Verify {
  return () => ({
    verdict: 'VERIFIED',
    detail: 'This vendor signs nothing: the secret address alone is the proof, so what it says is read again.',
  })
}
