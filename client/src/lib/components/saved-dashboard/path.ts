/** Address of a saved dashboard. */
export const dashboardPath = ({ uuid }: { readonly uuid: string }): string => `/analytics/${uuid}`
