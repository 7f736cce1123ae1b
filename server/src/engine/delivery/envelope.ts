export { toEnvelope, type EnvelopeFields } from '@patchbay/schema/event-types/envelope.ts'
