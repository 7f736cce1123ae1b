import type { VerifyAtOnce } from './proof.ts'

/** The vendor signs nothing: whoever knows the unguessable address may speak. What it says is read again by API. */
export function byAddress(): VerifyAtOnce {
  return () => ({
    verdict: 'VERIFIED',
    detail: 'This vendor signs nothing: the secret address alone is the proof, so what it says is read again.',
  })
}
