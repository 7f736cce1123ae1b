import axe, { type RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'

/** Which of axe's rules to ask: each of them, colours alone (most of the work), or all the others. */
export type Rules = 'every' | 'contrast' | 'all but contrast'

const asked: Readonly<Record<Rules, RunOptions>> = {
  every: {},
  contrast: { runOnly: ['color-contrast'] },
  'all but contrast': { rules: { 'color-contrast': { enabled: false } } },
}

/**
 * What an assistive technology would stumble over on the page as it stands, short enough to act on; at most six. Axe is
 * put into a document once, and tells nothing but violations: to describe all that is in order takes it three times as
 * long as to look. Our pages hold no frames, which it would have to be put into one by one.
 */
export async function stumbles(page: Page, rules: Rules = 'every'): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  return page.evaluate(async (options) => {
    const { axe: looker } = window as unknown as { axe: typeof axe }
    const { violations } = await looker.run(document, options)
    return violations
      .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary}`))
      .slice(0, 6)
  }, whatIsWrong(asked[rules]))
}

const whatIsWrong = (options: RunOptions): RunOptions => ({ ...options, resultTypes: ['violations'] })
