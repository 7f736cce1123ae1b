/**
 * Small tools a catalogue writes its messages with. A message is a string, or a function of its values; both languages carry
 * the same keys with the same parameters, which `Messages` makes the compiler prove.
 */

export type Language = 'en' | 'ar'

/** BCP 47 tag used for numbers, dates and plurals. Digits stay Latin in Arabic, as Gulf business software writes them. */
export const localeTags: Readonly<Record<Language, string>> = { en: 'en-GB', ar: 'ar-AE-u-nu-latn' }

/** Plural forms a language needs: English two, Arabic all six. `#` becomes the number. */
export type PluralForms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string }

export interface Words {
  readonly number: (value: number) => string
  readonly plural: (count: number, forms: PluralForms) => string
  readonly list: (items: readonly string[]) => string
}

/** Formatting tools of one language. */
export function words(language: Language): Words {
  const tag = localeTags[language]
  const numbers = new Intl.NumberFormat(tag)
  const rules = new Intl.PluralRules(tag)
  const lists = new Intl.ListFormat(tag)
  const number = (value: number) => numbers.format(value)
  return {
    number,
    plural: (count, forms) => (forms[rules.select(count)] ?? forms.other).replace('#', number(count)),
    list: (items) => lists.format(items),
  }
}

/** The shape another language has to fill: same keys, same parameters, any words. */
export type Messages<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...values: infer A) => string
      ? (...values: A) => string
      : Messages<T[K]>
}
