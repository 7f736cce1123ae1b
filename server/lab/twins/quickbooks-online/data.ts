import { goods, people } from '../../shop.ts'

/** An entity of the books, as it is shown; the twin keeps them as such. */
export interface Entity {
  Id: string
  SyncToken: string
  MetaData: { CreateTime: string; LastUpdatedTime: string }
  [name: string]: unknown
}
export interface InvoiceEntity extends Entity {
  DocNumber: string
  TotalAmt: number
  Balance: number
  CustomerRef: { value: string; name: string }
  PrivateNote?: string
  EmailStatus: string
  BillEmail?: { Address: string }
}

const day = 86_400_000
export const dayText = (at: number) => new Date(at).toISOString().slice(0, 10)
export const cents = (amount: number) => Math.round(amount * 100) / 100
export const stamped = (now: number) => ({
  CreateTime: new Date(now).toISOString().replace(/\.\d+Z/, 'Z'),
  LastUpdatedTime: new Date(now).toISOString().replace(/\.\d+Z/, 'Z'),
})
const aed = { value: 'AED', name: 'United Arab Emirates Dirham' }

export const accounts = [
  ['35', 'Checking', 'Bank', 'Checking', 'Asset'],
  ['36', 'Savings', 'Bank', 'Savings', 'Asset'],
  ['4', 'Undeposited Funds', 'Other Current Asset', 'UndepositedFunds', 'Asset'],
  ['79', 'Sales of Product Income', 'Income', 'SalesOfProductIncome', 'Revenue'],
  ['80', 'Cost of Goods Sold', 'Cost of Goods Sold', 'SuppliesMaterialsCogs', 'Expense'],
  ['7', 'Advertising', 'Expense', 'AdvertisingPromotional', 'Expense'],
  ['13', 'Freight and delivery', 'Expense', 'ShippingFreightDelivery', 'Expense'],
].map(([Id = '', Name = '', AccountType = '', AccountSubType = '', Classification = '']) => ({
  Id,
  SyncToken: '0',
  Name,
  AccountType,
  AccountSubType,
  Classification,
  Active: true,
  CurrencyRef: aed,
}))

export const vendors = ['Aramex', 'Al Quoz Prints', "Fadi's Boxes"].map((DisplayName, index) => ({
  Id: String(301 + index),
  SyncToken: '0',
  DisplayName,
  Active: true,
}))

export const firstCustomers = (now: number): Entity[] =>
  people.map(({ name, email }, index) => ({
    Id: String(101 + index),
    SyncToken: '0',
    DisplayName: name,
    Active: true,
    Balance: 0,
    PrimaryEmailAddr: { Address: email },
    ...(index % 2 === 0 ? { PrimaryPhone: { FreeFormNumber: `+97150000000${index}` } } : {}),
    CurrencyRef: aed,
    MetaData: stamped(now - (30 - index) * day),
  }))

export const firstInvoices = (now: number): InvoiceEntity[] =>
  Array.from({ length: 14 }, (_, index) => {
    const item = goods[index % goods.length] ?? goods[0]
    const who = people[index % people.length] ?? people[0]
    const quantity = 1 + (index % 4)
    const total = cents((item.price * quantity) / 100)
    const made = now - (40 - index * 2) * day
    return {
      Id: String(145 + index),
      SyncToken: '0',
      DocNumber: String(1_001 + index),
      TxnDate: dayText(made),
      DueDate: dayText(made + 30 * day),
      CustomerRef: { value: String(101 + (index % people.length)), name: who.name },
      CurrencyRef: aed,
      PrivateNote: `NA-${1_001 + index}`,
      EmailStatus: index % 3 === 0 ? 'EmailSent' : 'NotSet',
      ...(index % 2 === 0 ? { BillEmail: { Address: who.email } } : {}),
      Line: [
        {
          Id: '1',
          LineNum: 1,
          DetailType: 'SalesItemLineDetail',
          Description: item.title,
          Amount: total,
          SalesItemLineDetail: {
            ItemRef: { value: '1', name: 'Goods' },
            Qty: quantity,
            UnitPrice: item.price / 100,
            TaxCodeRef: { value: 'NON' },
          },
        },
        { DetailType: 'SubTotalLineDetail', Amount: total, SubTotalLineDetail: {} },
      ],
      TotalAmt: total,
      Balance: index % 5 === 0 ? 0 : index === 6 ? cents(total / 2) : total,
      MetaData: stamped(made + day),
    }
  })

/** What was paid on the invoices of the first days. */
export const firstPayments = (now: number): Entity[] =>
  firstInvoices(now)
    .filter(({ Balance, TotalAmt }) => Balance < TotalAmt)
    .map(({ Id, Balance, TotalAmt, CustomerRef, TxnDate }, index) => {
      const paid = Date.parse(String(TxnDate)) + day
      const Amount = cents(TotalAmt - Balance)
      return {
        Id: String(401 + index),
        SyncToken: '0',
        TxnDate: dayText(paid),
        CustomerRef,
        CurrencyRef: aed,
        TotalAmt: Amount,
        UnappliedAmt: 0,
        Line: [{ Amount, LinkedTxn: [{ TxnId: Id, TxnType: 'Invoice' }] }],
        MetaData: stamped(paid),
      }
    })

export const firstPurchases = (now: number): Entity[] =>
  Array.from({ length: 6 }, (_, index) => {
    const vendor = vendors[index % vendors.length] ?? vendors[0]
    const amount = 85.5 + index
    return {
      Id: String(501 + index),
      SyncToken: '0',
      TxnDate: dayText(now - (20 - index) * day),
      PaymentType: 'Cash',
      AccountRef: { value: '35', name: 'Checking' },
      EntityRef: { value: vendor?.Id, name: vendor?.DisplayName, type: 'Vendor' },
      CurrencyRef: aed,
      TotalAmt: amount,
      Line: [
        {
          Id: '1',
          DetailType: 'AccountBasedExpenseLineDetail',
          Amount: amount,
          Description: `Bill of ${vendor?.DisplayName}`,
          AccountBasedExpenseLineDetail: { AccountRef: { value: '13', name: 'Freight and delivery' } },
        },
      ],
      MetaData: stamped(now - (20 - index) * day),
    }
  })
