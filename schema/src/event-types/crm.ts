import { z } from 'zod'
import { money } from '../capabilities/values.ts'
import { definerOf, text } from './form.ts'

const define = definerOf('CRM')

const contact = z.object({
  id: z.string().describe('The vendor’s id of the contact.'),
  email: text('Null where the vendor sends only the id: read the contact.'),
  name: text('First and last name.'),
  changed: z.array(z.string()).nullable().describe('Vendor’s names of the fields that changed, where it says them.'),
})
const person = { id: '512', email: 'aisha@example.com', name: 'Aisha Rahman', changed: ['email'] }
const deal = z.object({
  id: z.string().describe('The vendor’s id of the deal.'),
  title: text('Null where the vendor sends only the id: read the deal.'),
  stage: text('The vendor’s word for where it stands.'),
  amount: money.nullable(),
  changed: contact.shape.changed,
})
const sale = {
  id: '88',
  title: 'Mugs for the office',
  stage: 'closedwon',
  amount: { amountMinor: 250_000, currency: 'AED' },
  changed: ['dealstage'],
}

/** Contacts and deals of a CRM. */
export const crmEvents = [
  define('contact.created', 'A contact was added.', contact, { ...person, changed: null }),
  define('contact.updated', 'A contact changed.', contact, person),
  define('contact.deleted', 'A contact was removed.', contact.pick({ id: true }), { id: person.id }),
  define('deal.created', 'A deal was added.', deal, { ...sale, changed: null }),
  define('deal.updated', 'A deal changed, such as its stage.', deal, sale),
  define('deal.deleted', 'A deal was removed.', deal.pick({ id: true }), { id: sale.id }),
]
