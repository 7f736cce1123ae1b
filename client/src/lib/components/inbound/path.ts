/** Address of a webhook's page, or of an event's. */
export const eventPath = (uuid: string): string => `/webhooks/events/${uuid}`
