import { stripe } from './stripe.ts'
import type { Twin } from './twin.ts'

/** Every simulated vendor. */
export const twins: readonly Twin[] = [stripe]
