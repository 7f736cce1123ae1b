import type { FieldSpec, FieldWords, ProviderEntry, ProviderWords, WebhookFacts } from '@patchbay/schema/catalog.ts'

/** Arabic of the templates that every provider has (provider.ts), by key. */
const usualTemplates: ProviderWords['templates'] = {
  sandbox: { name: 'للتجربة', description: 'عالم المزوّد التجريبي، لا شيء فيه حقيقي، ويُفحص كل ربع ساعة.' },
  live: { name: 'للاستخدام اليومي', description: 'العالم الحقيقي، ويُفحص كل خمس دقائق.' },
  critical: {
    name: 'العمل يعتمد عليه',
    description: 'العالم الحقيقي، ويُفحص كل دقيقة، ليُعرف الانقطاع قبل أن يخبر به العملاء.',
  },
}

/**
 * The entry with its texts in Arabic. What has no words stays in English, so that a provider without them, or with one new
 * field, is still readable.
 */
export function inArabic(entry: ProviderEntry, words: Partial<ProviderWords>): ProviderEntry {
  const { summary, description, pricingNotes, permissions = {}, limits = [], setupGuide = [] } = words
  const fields = entry.fields.map((field) => fieldIn(field, words.fields?.[field.name]))
  return {
    ...entry,
    summary: summary ?? entry.summary,
    description: description ?? entry.description,
    pricingNotes: pricingNotes ?? entry.pricingNotes,
    fields,
    permissions: entry.permissions.map((one) => ({ ...one, why: permissions[one.name] ?? one.why })),
    limits: entry.limits.map((limit, index) => ({ ...limit, scope: limits[index] ?? limit.scope })),
    templates: entry.templates.map((one) => ({ ...one, ...(words.templates?.[one.key] ?? usualTemplates[one.key]) })),
    setupGuide: entry.setupGuide.map((step, index) => ({ ...step, ...setupGuide[index] })),
    webhooks: entry.webhooks && webhooksIn(entry, entry.webhooks, fields, words.webhooks),
  }
}

function fieldIn(field: FieldSpec, words: FieldWords | undefined): FieldSpec {
  if (words === undefined) return field
  const { label, help, hint, rule, options } = words
  return {
    ...field,
    label,
    ...(help !== undefined && { help }),
    ...(field.hint && hint !== undefined && { hint: { ...field.hint, message: hint } }),
    ...(field.rule && rule !== undefined && { rule: { ...field.rule, message: rule } }),
    ...(field.options && {
      options: field.options.map((option) => ({ ...option, label: options?.[option.value] ?? option.label })),
    }),
  }
}

function webhooksIn(
  entry: ProviderEntry,
  facts: WebhookFacts,
  fields: readonly FieldSpec[],
  words: ProviderWords['webhooks'],
): WebhookFacts {
  const setup = facts.setup.map((step, index) => words?.setup[index] ?? step)
  if (facts.secretFrom === 'CREDENTIAL') {
    // Its words are the field's, and the entry took them from there.
    const field = fields[entry.fields.findIndex(({ label }) => label === facts.secretLabel)]
    if (field === undefined) return { ...facts, setup }
    const { label, help = null, hint = null } = field
    return { ...facts, secretLabel: label, secretHelp: help, secretHint: hint, setup }
  }
  const { secretHint } = facts
  return {
    ...facts,
    secretLabel: words?.secretLabel ?? facts.secretLabel,
    secretHelp: words?.secretHelp ?? facts.secretHelp,
    secretHint: secretHint && { ...secretHint, message: words?.secretHint ?? secretHint.message },
    setup,
  }
}
