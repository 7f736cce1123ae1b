import { z } from 'zod'
import type { OperationContracts } from './contract.ts'
import {
  day,
  done,
  idempotencyKey,
  moment,
  money,
  pageInput,
  pageOf,
  positiveMoney,
  providerData,
  shape,
  vendorId,
} from './values.ts'

export const contact = shape(
  'Contact',
  'A person in the CRM.',
  z.object({
    id: z.string().describe('The vendor’s id.'),
    email: z.string().nullable().describe('E-mail address.'),
    firstName: z.string().nullable().describe('First name.'),
    lastName: z.string().nullable().describe('Last name.'),
    phone: z.string().nullable().describe('Telephone number.'),
    company: z.string().nullable().describe('Company.'),
    created: z
      .boolean()
      .nullish()
      .describe('Whether the call made it; null where nobody asked or the vendor does not say.'),
    createdAt: moment.nullable().describe('Since when.'),
    updatedAt: moment.nullable().describe('When it changed last.'),
    url: z.string().nullable().describe('Its page in the CRM.'),
    providerData,
  }),
)
export type Contact = z.infer<typeof contact>
export const contactPage = pageOf(contact)
export type ContactPage = z.infer<typeof contactPage>

export const upsertContact = z.object({
  email: z.email().describe('E-mail address, by which an existing contact is found.'),
  firstName: z.string().max(100).optional().describe('First name.'),
  lastName: z.string().max(100).optional().describe('Last name.'),
  phone: z.string().max(40).optional().describe('Telephone number.'),
  company: z.string().max(200).optional().describe('Company.'),
  idempotencyKey,
})
export type UpsertContact = z.infer<typeof upsertContact>
export const getContact = z.object({ id: vendorId.describe('The vendor’s id of the contact.') })
export type GetContact = z.infer<typeof getContact>
export const listContacts = pageInput.extend({
  email: z.email().optional().describe('Only this address.'),
  updatedSince: moment.optional().describe('Only contacts changed at or after this instant.'),
})
export type ListContacts = z.infer<typeof listContacts>

export const deal = shape(
  'Deal',
  'A sale in the making.',
  z.object({
    id: z.string().describe('The vendor’s id.'),
    name: z.string().describe('Its name.'),
    amount: money.nullable().describe('What it would bring.'),
    stage: z.string().nullable().describe('Its stage, by the vendor’s name.'),
    pipeline: z.string().nullable().describe('Its pipeline, by the vendor’s name.'),
    closeOn: day.nullable().describe('When it should close.'),
    contactIds: z.array(z.string()).describe('Contacts it is tied to, where the vendor tells them.'),
    createdAt: moment.nullable().describe('Since when.'),
    updatedAt: moment.nullable().describe('When it changed last.'),
    url: z.string().nullable().describe('Its page in the CRM.'),
    providerData,
  }),
)
export type Deal = z.infer<typeof deal>
export const dealPage = pageOf(deal)
export type DealPage = z.infer<typeof dealPage>
export const createDeal = z.object({
  name: z.string().min(1).max(120).describe('Its name.'),
  amount: positiveMoney.optional().describe('What it would bring.'),
  stage: z.string().min(1).max(100).describe('Its stage, by the vendor’s name.'),
  pipeline: z.string().max(100).optional().describe('Its pipeline. Default: the vendor’s own.'),
  closeOn: day.describe('When it should close.'),
  contactId: vendorId.optional().describe('A contact to tie it to.'),
  idempotencyKey,
})
export type CreateDeal = z.infer<typeof createDeal>
export const updateDeal = z.object({
  id: vendorId.describe('The vendor’s id of the deal.'),
  name: z.string().min(1).max(120).optional().describe('Its name.'),
  amount: positiveMoney.optional().describe('What it would bring.'),
  stage: z.string().min(1).max(100).optional().describe('Its stage, by the vendor’s name.'),
  closeOn: day.optional().describe('When it should close.'),
  idempotencyKey,
})
export type UpdateDeal = z.infer<typeof updateDeal>
export const getDeal = z.object({ id: vendorId.describe('The vendor’s id of the deal.') })
export type GetDeal = z.infer<typeof getDeal>
export const listDeals = pageInput.extend({
  updatedSince: moment.optional().describe('Only deals changed at or after this instant.'),
})
export type ListDeals = z.infer<typeof listDeals>

export const createNote = z.object({
  contactId: vendorId.describe('The vendor’s id of the contact.'),
  text: z.string().min(1).max(10_000).describe('What to note.'),
  idempotencyKey,
})
export type CreateNote = z.infer<typeof createNote>
export const contactNote = shape('ContactNote', 'A note on a contact.', done('note'))
export type ContactNote = z.infer<typeof contactNote>

/** Typed operations of the CRM category. */
export const crmOperations = {
  'contacts.upsert': {
    kind: 'mutation',
    field: 'upsertContact',
    description: 'Makes a contact, or brings an existing one up to date.',
    input: upsertContact,
    output: contact,
  },
  'contacts.get': {
    kind: 'query',
    field: 'fetchContact',
    description: 'One contact, as the CRM has it now.',
    input: getContact,
    output: contact,
  },
  'contacts.list': {
    kind: 'query',
    field: 'fetchContacts',
    description: 'Contacts in the CRM.',
    input: listContacts,
    output: contactPage,
  },
  'deals.create': {
    kind: 'mutation',
    field: 'createDeal',
    description: 'Opens a deal.',
    input: createDeal,
    output: deal,
  },
  'deals.update': {
    kind: 'mutation',
    field: 'updateDeal',
    description: 'Changes a deal.',
    input: updateDeal,
    output: deal,
  },
  'deals.get': {
    kind: 'query',
    field: 'fetchDeal',
    description: 'One deal, as the CRM has it now.',
    input: getDeal,
    output: deal,
  },
  'deals.list': {
    kind: 'query',
    field: 'fetchDeals',
    description: 'Deals in the CRM.',
    input: listDeals,
    output: dealPage,
  },
  'notes.create': {
    kind: 'mutation',
    field: 'createContactNote',
    description: 'Notes something on a contact.',
    input: createNote,
    output: contactNote,
  },
} as const satisfies OperationContracts
