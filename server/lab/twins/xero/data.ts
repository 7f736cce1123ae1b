import { uuidOf } from '../../chance.ts'
import { goods, people } from '../../shop.ts'

export interface XeroContact {
  ContactID: string
  Name: string
  EmailAddress: string
  ContactStatus: 'ACTIVE'
  IsCustomer: boolean
  IsSupplier: boolean
  DefaultCurrency?: string
  Phones: { PhoneType: string; PhoneNumber: string; PhoneAreaCode: string; PhoneCountryCode: string }[]
  /** Milliseconds since 1970. */
  updated: number
}
export interface XeroLine {
  Description?: string
  Quantity?: number
  UnitAmount?: number
  AccountCode?: string
  TaxType?: string
  LineAmount?: number
}
export interface XeroInvoice {
  InvoiceID: string
  InvoiceNumber: string
  Reference: string
  contact: string
  Status: 'DRAFT' | 'AUTHORISED' | 'PAID' | 'VOIDED' | 'DELETED'
  SentToContact: boolean
  LineAmountTypes: string
  CurrencyCode: string
  LineItems: XeroLine[]
  /** Days. */
  date: string
  due: string
  total: number
  paid: number
  updated: number
}
export interface XeroPayment {
  PaymentID: string
  /** Id of the invoice. */
  invoice: string
  Amount: number
  date: string
  Reference: string
  updated: number
}
export interface XeroSpending {
  BankTransactionID: string
  contactName: string
  BankAccount: string
  date: string
  CurrencyCode: string
  LineItems: XeroLine[]
  total: number
  updated: number
}

export const accounts = [
  { Code: '090', Name: 'Business Bank Account', Type: 'BANK', Class: 'ASSET', CurrencyCode: 'AED' },
  { Code: '091', Name: 'Savings', Type: 'BANK', Class: 'ASSET', CurrencyCode: 'AED' },
  { Code: '200', Name: 'Sales', Type: 'REVENUE', Class: 'REVENUE' },
  { Code: '260', Name: 'Other Revenue', Type: 'REVENUE', Class: 'REVENUE' },
  { Code: '310', Name: 'Cost of Goods Sold', Type: 'DIRECTCOSTS', Class: 'EXPENSE' },
  { Code: '400', Name: 'Advertising', Type: 'EXPENSE', Class: 'EXPENSE' },
  { Code: '425', Name: 'Freight & Courier', Type: 'EXPENSE', Class: 'EXPENSE' },
  { Code: '429', Name: 'General Expenses', Type: 'EXPENSE', Class: 'EXPENSE' },
  { Code: '610', Name: 'Accounts Receivable', Type: 'CURRENT', Class: 'ASSET' },
].map((account) => ({ AccountID: uuidOf(`xero:account:${account.Code}`), Status: 'ACTIVE', ...account }))

const day = 86_400_000
export const dayText = (at: number) => new Date(at).toISOString().slice(0, 10)
export const cents = (amount: number) => Math.round(amount * 100) / 100

export const firstContacts = (now: number): XeroContact[] =>
  people.map(({ name, email }, index) => ({
    ContactID: uuidOf(`xero:contact:${email}`),
    Name: name,
    EmailAddress: email,
    ContactStatus: 'ACTIVE',
    IsCustomer: true,
    IsSupplier: false,
    Phones: [
      {
        PhoneType: 'DEFAULT',
        PhoneNumber: index % 2 === 0 ? `50000000${index}` : '',
        PhoneAreaCode: '',
        PhoneCountryCode: index % 2 === 0 ? '971' : '',
      },
    ],
    updated: now - (30 - index) * day,
  }))

const states = ['PAID', 'AUTHORISED', 'AUTHORISED', 'DRAFT', 'VOIDED'] as const

export const firstInvoices = (now: number): XeroInvoice[] =>
  Array.from({ length: 14 }, (_, index) => {
    const item = goods[index % goods.length] ?? goods[0]
    const quantity = 1 + (index % 4)
    const Status = states[index % states.length] ?? 'PAID'
    const total = cents((item.price * quantity) / 100)
    const made = now - (40 - index * 2) * day
    return {
      InvoiceID: uuidOf(`xero:invoice:${index}`),
      InvoiceNumber: `INV-${String(index + 1).padStart(4, '0')}`,
      Reference: `NA-${1_001 + index}`,
      contact: uuidOf(`xero:contact:${people[index % people.length]?.email ?? ''}`),
      Status,
      SentToContact: index % 3 === 0,
      LineAmountTypes: 'NoTax',
      CurrencyCode: 'AED',
      LineItems: [
        {
          Description: item.title,
          Quantity: quantity,
          UnitAmount: item.price / 100,
          AccountCode: '200',
          TaxType: 'NONE',
          LineAmount: total,
        },
      ],
      date: dayText(made),
      due: dayText(made + 30 * day),
      total,
      paid: Status === 'PAID' ? total : index === 6 ? cents(total / 2) : 0,
      updated: made + day,
    }
  })

/** What was paid on the invoices of the first days. */
export const firstPayments = (now: number): XeroPayment[] =>
  firstInvoices(now)
    .filter(({ paid }) => paid > 0)
    .map(({ InvoiceID, Reference, paid, updated }) => ({
      PaymentID: uuidOf(`xero:payment:${InvoiceID}`),
      invoice: InvoiceID,
      Amount: paid,
      date: dayText(updated),
      Reference: Reference ?? '',
      updated,
    }))

export const firstSpending = (now: number): XeroSpending[] =>
  ['Aramex', 'Al Quoz Prints', 'Aramex', 'DEWA', 'Canvas World', 'Aramex'].map((contactName, index) => ({
    BankTransactionID: uuidOf(`xero:spending:${index}`),
    contactName,
    BankAccount: '090',
    date: dayText(now - (20 - index) * day),
    CurrencyCode: 'AED',
    LineItems: [{ Description: `Bill of ${contactName}`, Quantity: 1, UnitAmount: 85.5 + index, AccountCode: '425' }],
    total: 85.5 + index,
    updated: now - (20 - index) * day,
  }))
