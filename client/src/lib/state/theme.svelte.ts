export type Theme = 'system' | 'light' | 'dark'

const storageKey = 'patchbay.theme'

/** Light or dark: the system decides until a person does. */
class ThemeChoice {
  #theme = $state<Theme>('system')
  #systemDark = $state(false)

  get current(): Theme {
    return this.#theme
  }
  /** What is on the screen now. */
  get dark(): boolean {
    return this.#theme === 'system' ? this.#systemDark : this.#theme === 'dark'
  }

  /** Reads what early.js applied and follows the system. Returns the way to stop. */
  start(): () => void {
    const chosen = document.documentElement.dataset.theme
    this.#theme = chosen === 'light' || chosen === 'dark' ? chosen : 'system'
    const query = window.matchMedia('(prefers-color-scheme: dark)')
    const update = () => (this.#systemDark = query.matches)
    update()
    query.addEventListener('change', update)
    return () => query.removeEventListener('change', update)
  }

  use(theme: Theme): void {
    this.#theme = theme
    if (theme === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = theme
    try {
      if (theme === 'system') localStorage.removeItem(storageKey)
      else localStorage.setItem(storageKey, theme)
    } catch {
      // Storage may be forbidden: the choice lasts until reload.
    }
  }
}

export const theme = new ThemeChoice()
