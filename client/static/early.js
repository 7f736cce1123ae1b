// Runs before the first paint, so that a chosen theme or language never flashes the other one.
;(() => {
  try {
    const theme = localStorage.getItem('patchbay.theme')
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
    const language = localStorage.getItem('patchbay.language') ?? (navigator.language.startsWith('ar') ? 'ar' : 'en')
    document.documentElement.lang = language
    document.documentElement.dir = language === 'ar' ? 'rtl' : 'ltr'
  } catch {
    // Storage may be forbidden: the system's theme and English stay.
  }
})()
