import { categories, type ProviderEntry } from '../catalog.ts'
import { capabilities } from './index.ts'
import { resourceModels } from './resources.ts'

/** A table in Markdown, its columns as wide as what is in them. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) => Math.max(3, name.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

const names: Readonly<Record<string, string>> = {
  CRM: 'CRM',
  ECOMMERCE: 'Shops',
  PAYMENT: 'Payments',
  FULFILLMENT: 'Fulfilment',
}
const titleOf = (category: string) => names[category] ?? category.charAt(0) + category.slice(1).toLowerCase()

const signIn: Readonly<Record<ProviderEntry['authKind'], string>> = {
  API_KEY: 'key',
  BASIC: 'user and password',
  BODY: 'inside every body',
  OAUTH2_CODE: 'OAuth, on the vendor’s page',
  OAUTH2_CLIENT: 'OAuth, client credentials',
  NONE: 'none',
}

const proofs: Readonly<Record<NonNullable<ProviderEntry['webhooks']>['secretFrom'], string>> = {
  SOURCE: 'secret of the source',
  CREDENTIAL: 'secret of the connection',
  VENDOR: 'key the vendor publishes',
  ADDRESS: 'address alone, read again by API',
}

function webhooksOf({ webhooks }: ProviderEntry): readonly [string, string] {
  if (webhooks === null) return ['–', '–']
  return [
    proofs[webhooks.secretFrom],
    webhooks.registers ? (webhooks.expires ? 'by the hub, renewed' : 'by the hub') : 'by hand',
  ]
}

function overview(entries: readonly ProviderEntry[]): string {
  const head = ['slug', 'name', 'sign-in', 'worlds', 'webhooks proven by', 'registered', 'verified']
  const rows = entries.map((entry) => [
    `\`${entry.slug}\``,
    entry.name,
    signIn[entry.authKind],
    entry.environments.map((one) => one.toLowerCase()).join(', '),
    ...webhooksOf(entry),
    entry.verified ? 'yes' : '–',
  ])
  return table(head, rows)
}

function matrix(category: keyof typeof capabilities, entries: readonly ProviderEntry[]): string {
  const rows = Object.entries(capabilities[category]).map(([name, { field, kind }]) => [
    `\`${name}\``,
    `\`${field}\``,
    kind,
    ...entries.map((entry) => (entry.capabilities.includes(name) ? 'yes' : '–')),
  ])
  return table(['operation', 'field', 'kind', ...entries.map(({ slug }) => slug)], rows)
}

/** Who tells which records, and how; null where the category has no records that anybody keeps a copy of. */
function pulls(category: keyof typeof capabilities, entries: readonly ProviderEntry[]): string | null {
  const names = Object.keys(resourceModels[category])
  if (names.length === 0) return null
  const rows = names.map((name) => [
    `\`${name}\``,
    ...entries.map((entry) => {
      const found = entry.resources.find((one) => one.name === name)
      return found === undefined ? '–' : `${found.incremental}, ${found.deletions}`.toLowerCase()
    }),
  ])
  return table(['pulled', ...entries.map(({ slug }) => slug)], rows)
}

/** Configurations of providers' own, as `createConnection` takes them; null where no provider of the category has any. */
function beginnings(entries: readonly ProviderEntry[]): string | null {
  const rows = entries.flatMap(({ slug, templates }) =>
    templates
      .filter(({ settings }) => Object.keys(settings).length > 0)
      .map(({ key, name, settings }) => [
        `\`${slug}\``,
        `\`${key}\``,
        name,
        Object.entries(settings)
          .map(([field, value]) => `\`${field}\` ${value}`)
          .join(', '),
      ]),
  )
  return rows.length === 0 ? null : table(['slug', 'template', 'for', 'sets'], rows)
}

/** docs/providers.md: what every provider is and can do, of the registry and the contracts. */
export function renderProviders(entries: readonly ProviderEntry[]): string {
  const parts = categories.flatMap((category) => {
    const own = entries.filter((entry) => entry.category === category)
    if (own.length === 0) return []
    const more = [pulls(category, own), beginnings(own)].filter((one) => one !== null)
    return [`## ${titleOf(category)}`, overview(own), matrix(category, own), ...more]
  })
  const operations = entries.reduce((sum, { capabilities: own }) => sum + own.length, 0)
  return `${[
    '# Providers',
    `Written by \`node server/bin/providers-doc.ts\`; a test compares it with the registry. ${entries.length} providers, ${operations} operations between them.
How one is written: [Adding a provider](adding-a-provider.md).`,
    `An operation is one field of the GraphQL schema, the same for every provider of its category: it takes a \`connectionId\`, and its answer
names the connection that served it. What only one vendor says is in \`providerData\`. An operation with an effect takes an
\`idempotencyKey\`: it happens once, and a repeat is answered as the first time.`,
    '`verified` means that every request the provider sends, and every answer of its lab twin, was judged by the vendor’s own description.',
    `What is pulled is said in two words. First, what the next pull brings: \`changes\` (what is new or changed), \`additions\` (what is new) or
\`none\` (it is not narrowed: all of it). Then how it shows that something is gone: \`told\` by the vendor, \`absent\` when all of it is pulled,
or \`untold\`. [More](operations.md#what-is-pulled).`,
    `A connection may begin with a template, \`createConnection(input: {template: …})\`: what it sets holds where the input says nothing. Where
the vendor has them, every provider offers \`sandbox\`, \`live\` and \`critical\`, which set no field; those of its own are listed.`,
    ...parts,
  ].join('\n\n')}\n`
}
