import { printful } from './printful.ts'
import { printify } from './printify.ts'
import { sendgrid } from './sendgrid.ts'
import { stripe } from './stripe.ts'
import type { Twin } from './twin.ts'

/** Every simulated vendor. */
export const twins: readonly Twin[] = [stripe, printful, printify, sendgrid]
