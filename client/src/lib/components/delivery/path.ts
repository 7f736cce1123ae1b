/** Address of a delivery's page. */
export const deliveryPath = (uuid: string): string => `/webhooks/deliveries/${uuid}`
