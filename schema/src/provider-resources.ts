import { builder } from './builder.ts'
import { resources, type ResourceFacts, type ResourceName } from './capabilities/resources.ts'

// What the marketplace says of what is pulled from a provider.

const names = Object.entries(resources) as readonly (readonly [ResourceName, string])[]

export const ResourceNameEnum = builder.enumType('ResourceName', {
  description: 'A kind of records that are pulled from providers.',
  values: Object.fromEntries(
    names.map(([value, description]) => [value.toUpperCase(), { value, description }]),
  ) as Readonly<Record<Uppercase<ResourceName>, { readonly value: ResourceName; readonly description: string }>>,
})

const IncrementEnum = builder.enumType('ResourceIncrement', {
  description: 'How a vendor narrows a pull to what happened since the last one.',
  values: {
    CHANGES: { description: 'To whatever was made or changed.' },
    ADDITIONS: { description: 'To what was made: later changes come by webhook, or by pulling all of it.' },
    NONE: { description: 'Not at all: it is all of it each time.' },
  },
})

const DeletionsEnum = builder.enumType('ResourceDeletions', {
  description: 'How it shows that a record is gone at the vendor.',
  values: {
    TOLD: { description: 'The vendor says so.' },
    ABSENT: { description: 'Pulling all of it shows it by absence.' },
    UNTOLD: {
      description: 'It does not show: such records stay, or the vendor’s list does not reach back to all of them.',
    },
  },
})

export const ProviderResource = builder.objectRef<ResourceFacts>('ProviderResource').implement({
  description: 'A kind of records that the hub can pull from a provider.',
  fields: (t) => ({
    name: t.expose('name', { type: ResourceNameEnum, description: 'What it is of.' }),
    description: t.string({ description: 'What its records are.', resolve: ({ name }) => resources[name] }),
    incremental: t.expose('incremental', {
      type: IncrementEnum,
      description: 'How a pull is narrowed to what happened since the last one.',
    }),
    deletions: t.expose('deletions', { type: DeletionsEnum, description: 'How it shows that a record is gone.' }),
  }),
})
