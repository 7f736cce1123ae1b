import { toast as sonner } from 'svelte-sonner'
import type { Fault } from '#lib/graphql/fault.ts'
import { faultWords } from '#lib/i18n/fault-words.ts'
import { isolate } from '#lib/i18n/isolate.ts'

/** Short news in the corner. Failures carry the correlation id, so that it can be passed on. */
export const toast = {
  done: (message: string) => sonner.success(message),
  info: (message: string) => sonner(message),
  /** News with a way back. */
  undo: (message: string, label: string, onClick: () => void) =>
    sonner(message, { duration: 8000, action: { label, onClick } }),
  failed: (message: string, description?: string) =>
    sonner.error(isolate(message), {
      duration: 9000,
      ...(description === undefined ? {} : { description: isolate(description) }),
    }),
  fault: (fault: Fault) =>
    sonner.error(faultWords(fault), {
      duration: 9000,
      ...(fault.correlationId === null ? {} : { description: fault.correlationId }),
    }),
}
