import { goods, people } from '../../shop.ts'

export interface Money {
  amount: string
  code: string
}
export interface Client {
  id: number
  email: string
  organization: string
  fname: string
  lname: string
  bus_phone: string
  currency_code: string
  updated: string
  vis_state: number
}
export interface Line {
  lineid?: number
  type?: number
  name?: string
  description?: string
  qty: string
  unit_cost: Money
  taxName1?: string
  taxAmount1?: string
}
export interface Invoice {
  id: number
  invoice_number: string
  customerid: number
  organization: string
  create_date: string
  due_date: string
  currency_code: string
  amount: Money
  outstanding: Money
  v3_status: string
  po_number: string
  notes: string
  vis_state: number
  updated: string
  lines: Line[]
}
export interface Payment {
  id: number
  invoiceid: number
  amount: Money
  date: string
  type: string
  note: string
  updated: string
  vis_state: number
}
export interface Expense {
  id: number
  amount: Money
  date: string
  vendor: string
  categoryid: number
  staffid: number
  notes: string
  status: number
  updated: string
}

const day = 86_400_000
export const dayText = (at: number) => new Date(at).toISOString().slice(0, 10)
const eastern = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'America/New_York',
  dateStyle: 'short',
  timeStyle: 'medium',
})
/** FreshBooks' accounting lives in New York. */
export const stamp = (at: number) => eastern.format(at)
export const aed = (amount: number): Money => ({ amount: amount.toFixed(2), code: 'AED' })

export const taxes = [
  { id: 1, taxid: 1, name: 'VAT', amount: '5', number: null, compound: false },
  { id: 2, taxid: 2, name: 'Tourism', amount: '10', number: null, compound: false },
]

export const categories = ['Advertising', 'Car & Truck', 'Cost of Goods', 'Freight', 'Office', 'Rent', 'Travel'].map(
  (category, index) => ({
    id: 3_001 + index,
    categoryid: 3_001 + index,
    category,
    is_cogs: category === 'Cost of Goods',
    parentid: null,
    vis_state: 0,
  }),
)

export const firstClients = (now: number): Client[] =>
  people.map(({ name, email }, index) => ({
    id: 211_001 + index,
    email,
    organization: index % 3 === 0 ? `${name} Trading` : '',
    fname: name.split(' ')[0] ?? '',
    lname: name.split(' ').slice(1).join(' '),
    bus_phone: index % 2 === 0 ? `+97150000000${index}` : '',
    currency_code: 'AED',
    updated: stamp(now - (30 - index) * day),
    vis_state: 0,
  }))

const states = ['paid', 'sent', 'overdue', 'draft', 'viewed', 'created'] as const

/** What was paid on the invoices of the first days. */
export const firstPayments = (now: number): Payment[] =>
  firstInvoices(now)
    .filter(({ v3_status: status }) => status === 'paid')
    .map(({ id, amount, due_date: date, updated }, index) => ({
      id: 77_001 + index,
      invoiceid: id,
      amount,
      date,
      type: 'Cash',
      note: '',
      updated,
      vis_state: 0,
    }))

export const firstInvoices = (now: number): Invoice[] =>
  Array.from({ length: 14 }, (_, index) => {
    const item = goods[index % goods.length] ?? goods[0]
    const quantity = 1 + (index % 4)
    const total = (item.price * quantity) / 100
    const made = now - (40 - index * 2) * day
    const status = states[index % states.length] ?? 'sent'
    return {
      id: 545_001 + index,
      invoice_number: String(1_001 + index).padStart(7, '0'),
      customerid: 211_001 + (index % people.length),
      organization: '',
      create_date: dayText(made),
      due_date: dayText(made + 30 * day),
      currency_code: 'AED',
      amount: aed(total),
      outstanding: aed(status === 'paid' ? 0 : total),
      v3_status: status,
      po_number: `NA-${1_001 + index}`,
      notes: '',
      vis_state: index === 13 ? 1 : 0,
      updated: stamp(made + day),
      lines: [
        {
          lineid: 1,
          type: 0,
          name: item.title,
          description: '',
          qty: String(quantity),
          unit_cost: aed(item.price / 100),
        },
      ],
    }
  })

export const firstExpenses = (now: number): Expense[] =>
  ['Aramex', 'Al Quoz Prints', 'Aramex', 'DEWA', 'Canvas World', 'Aramex'].map((vendor, index) => ({
    id: 900_001 + index,
    amount: aed(85.5 + index),
    date: dayText(now - (20 - index) * day),
    vendor,
    categoryid: 3_004,
    staffid: 1,
    notes: `Bill of ${vendor}`,
    status: 0,
    updated: stamp(now - (20 - index) * day),
  }))
