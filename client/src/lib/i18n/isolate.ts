/**
 * The hub and the catalogue of providers speak English. Inside an Arabic sentence their words keep their own direction
 * (Unicode first strong isolate), where no <bdi> can stand around them.
 */
export const isolate = (text: string): string => `\u2068${text}\u2069`
