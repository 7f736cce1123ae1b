import type { Environment, ProviderFormFragment } from '#lib/graphql/generated/graphql.ts'

export type Template = ProviderFormFragment['templates'][number]

/** What a template has a say in. */
export interface Values {
  readonly environment: Environment
  /** As typed, in seconds. */
  readonly interval: string
  /** Plain fields by name. */
  readonly fields: Readonly<Record<string, string>>
}

/**
 * What somebody begins with who has chosen nothing: the first template of the environment that sets no field. A
 * configuration of the provider's own is for those it names, so it waits to be chosen.
 */
export function usualOf(templates: readonly Template[], environment: Environment): Template | undefined {
  const there = templates.filter((one) => one.environment === environment)
  return there.find(({ settings }) => settings.length === 0) ?? there[0]
}

/**
 * Remembers what stood in the form while somebody tries one template after another. What a template sets replaces what was
 * typed, which is back as soon as the template is left; changed by hand, it is as it was left when the template is chosen
 * again. What no template of the two sets stays where it is.
 */
export class Templates {
  readonly #own: Record<string, string>
  readonly #left = new Map<string, Values>()

  /** `untyped` is what fields hold that nobody has typed into. */
  constructor(untyped: Readonly<Record<string, string>>) {
    this.#own = { ...untyped }
  }

  /** What is to stand there once `to` is chosen; fields that are not named stay as they are. */
  change(from: Template | undefined, to: Template, now: Values): Values {
    const names = (template: Template | undefined) => (template?.settings ?? []).map(({ name }) => name)
    const [before, after] = [new Set(names(from)), new Set(names(to))]
    if (from) this.#left.set(from.key, now)
    for (const name of after.difference(before)) this.#own[name] = now.fields[name] ?? ''
    const left = this.#left.get(to.key)
    const freed = [...before.difference(after)].map((name) => [name, this.#own[name] ?? ''] as const)
    const set = to.settings.map(({ name, value }) => [name, left?.fields[name] ?? value] as const)
    return {
      environment: left?.environment ?? to.environment,
      interval: left?.interval ?? String(to.probeIntervalSeconds),
      fields: Object.fromEntries([...freed, ...set]),
    }
  }
}
