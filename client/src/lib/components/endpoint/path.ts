/** Address of an endpoint's page. */
export const endpointPath = (endpoint: { readonly uuid: string }): string => `/webhooks/endpoints/${endpoint.uuid}`

/** What people call an endpoint: its host and path, without the scheme they all share. */
export const shortUrl = (url: string): string => url.replace(/^https?:\/\//, '').replace(/\/$/, '')
