/** Address of a source's page. */
export const sourcePath = (source: { readonly uuid: string }): string => `/webhooks/sources/${source.uuid}`
