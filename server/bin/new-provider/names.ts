/** The name of what a file exports: `acme-pay` is `acmePay`. */
export const camel = (slug: string): string => slug.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

/** A text as a TypeScript literal. */
export const quoted = (text: string): string => JSON.stringify(text)
