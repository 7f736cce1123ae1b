import type { LabAnswer } from './twin.ts'

export interface SignInPage {
  /** "Google" */
  readonly vendor: string
  /** Who would be signed in. */
  readonly account: string
  readonly app: string
  readonly scopes: readonly string[]
  /** The query the page was opened with; it goes along with the decision. */
  readonly query: URLSearchParams
  /** May single permissions be left out. */
  readonly granular: boolean
}

const escape = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

const style = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: light-dark(#eef0f6, #14161f); color: light-dark(#1b2030, #e8eaf2) }
  main { width: min(26rem, calc(100vw - 4rem)); padding: 1.75rem; border-radius: 1rem; background: light-dark(#fff, #1f2330); box-shadow: 0 8px 40px #0002 }
  h1 { font-size: 1.25rem; margin: .75rem 0 }
  .label { display: inline-block; padding: .15rem .6rem; border-radius: 1rem; background: light-dark(#fdeac2, #5c4406); color: light-dark(#5c3d00, #ffe6ad); font-size: .8rem; font-weight: 600 }
  ul { list-style: none; padding: 0; overflow-wrap: anywhere; font-size: .9rem } li { padding: .25rem 0 }
  div { display: flex; gap: .75rem; margin-top: 1.25rem }
  button { flex: 1; padding: .65rem; border-radius: .6rem; border: 1px solid light-dark(#5b6172, #8d93a6); background: none; color: inherit; font: inherit; cursor: pointer }
  button[value=allow] { background: #4338ca; border-color: #4338ca; color: #fff }
  :focus-visible { outline: 3px solid #6366f1; outline-offset: 2px }`

/** The page where a person would sign in at the vendor and agree; plainly marked as make-believe. */
export function signInPage(page: SignInPage): LabAnswer {
  const kept = [...page.query].filter(([name]) => name !== 'granted' && name !== 'decision')
  const hidden = kept
    .map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`)
    .join('')
  const scope = (name: string) =>
    page.granular
      ? `<li><label><input type="checkbox" name="granted" value="${escape(name)}" checked> ${escape(name)}</label></li>`
      : `<li>${escape(name)}</li>`
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    },
    text: `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Simulated ${escape(page.vendor)} sign-in</title><style>${style}</style></head>
<body><main>
<span class="label">Simulated</span>
<h1>Simulated ${escape(page.vendor)} sign-in</h1>
<p>This page belongs to the provider lab. No real account is involved.</p>
<p><strong>${escape(page.app)}</strong> asks, as <strong>${escape(page.account)}</strong>, for:</p>
<form method="get">${hidden}<ul>${page.scopes.map(scope).join('')}</ul>
<div><button name="decision" value="deny">Deny</button><button name="decision" value="allow">Allow</button></div></form>
</main></body></html>`,
  }
}
