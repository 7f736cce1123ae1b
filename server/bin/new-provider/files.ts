import type { EventType } from '@patchbay/schema/event-types/form.ts'
import { providerFile } from './provider-file.ts'
import { caseFile, sampleFile, schemeFile } from './test-files.ts'
import { twinFile } from './twin-file.ts'
import { twinWebhooksFile, webhooksFile } from './webhook-files.ts'

/** What a new provider is to be. */
export interface Plan {
  readonly slug: string
  readonly name: string
  readonly category: string
  /** Operations of its category. */
  readonly operations: readonly string[]
  /** A key in the Authorization header, or a person's sign-in on the vendor's page. */
  readonly signIn: 'key' | 'oauth'
  /** The event its webhooks begin with; null where the vendor sends none. */
  readonly event: EventType | null
}

/** Every file of a new provider, by path. */
export const filesOf = (plan: Plan): Readonly<Record<string, string>> => ({
  [`server/src/providers/${plan.slug}.ts`]: providerFile(plan),
  [`server/lab/twins/${plan.slug}.ts`]: twinFile(plan),
  [`test/providers/cases/${plan.slug}.ts`]: caseFile(plan),
  ...(plan.event === null
    ? {}
    : {
        [`server/src/providers/${plan.slug}/webhooks.ts`]: webhooksFile(plan, plan.event),
        [`server/lab/twins/${plan.slug}/webhooks.ts`]: twinWebhooksFile(plan, plan.event),
        [`test/providers/webhook-samples/${plan.slug}.ts`]: sampleFile(plan, plan.event),
        [`test/providers/webhook-schemes/${plan.slug}.ts`]: schemeFile(plan),
      }),
})
