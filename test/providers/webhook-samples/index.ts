import { loadFolder } from '../load-folder.ts'
import type { Sample } from './sample.ts'

/** Messages of every vendor that sends webhooks, by provider: a file of this folder for each. */
export const webhookSamples: Readonly<Record<string, readonly Sample[]>> = await loadFolder<readonly Sample[]>(
  new URL('.', import.meta.url),
)
