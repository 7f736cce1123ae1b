/** Address of a key's page. */
export const keyPath = (key: { readonly uuid: string }): string => `/keys/${key.uuid}`
