import { en } from './en/index.ts'
import { localeTags, type Language, type Messages } from './words.ts'

export type Catalogue = Messages<typeof en>

const storageKey = 'patchbay.language'

/** The language in use and its catalogue. Arabic is fetched when first asked for. */
class I18n {
  #language = $state<Language>('en')
  #catalogue = $state.raw<Catalogue>(en)

  get language(): Language {
    return this.#language
  }
  /** Every text of the admin, in the language in use. */
  get t(): Catalogue {
    return this.#catalogue
  }
  get tag(): string {
    return localeTags[this.#language]
  }
  get dir(): 'ltr' | 'rtl' {
    return this.#language === 'ar' ? 'rtl' : 'ltr'
  }

  /** Reads the language that early.js put on the document. */
  async start(): Promise<void> {
    if (document.documentElement.lang === 'ar') await this.use('ar')
  }

  async use(language: Language): Promise<void> {
    this.#catalogue = language === 'ar' ? (await import('./ar/index.ts')).ar : en
    this.#language = language
    document.documentElement.lang = language
    document.documentElement.dir = this.dir
    try {
      localStorage.setItem(storageKey, language)
    } catch {
      // Storage may be forbidden: the choice lasts until reload.
    }
  }
}

export const i18n = new I18n()
