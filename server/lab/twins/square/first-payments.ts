import { seeded } from '../../chance.ts'
import { goods, people } from '../../shop.ts'
import type { Cash } from './reply.ts'
import { instant, locationId } from './reply.ts'

export interface Payment {
  id: string
  created_at: string
  updated_at: string
  amount_money: Cash
  total_money: Cash
  refunded_money?: Cash
  status: string
  source_type: 'CARD'
  card_details: {
    status: string
    card: { card_brand: 'VISA'; last_4: string }
    errors?: { category: string; code: string; detail: string }[]
  }
  location_id: string
  reference_id?: string
  note?: string
  buyer_email_address?: string
  order_id: string
  risk_evaluation: { created_at: string; risk_level: string }
  version_token: string
}

export const firstDay = 20

export const newPayment = (
  given: Pick<Payment, 'id' | 'amount_money' | 'created_at' | 'order_id'> & Partial<Payment>,
): Payment => ({
  updated_at: given.created_at,
  total_money: given.amount_money,
  status: 'COMPLETED',
  source_type: 'CARD',
  card_details: { status: 'CAPTURED', card: { card_brand: 'VISA', last_4: '1111' } },
  location_id: locationId,
  risk_evaluation: { created_at: given.created_at, risk_level: 'NORMAL' },
  version_token: `${given.id}-1`,
  ...given,
})

export function firstPayments(now: number): Payment[] {
  const random = seeded('square')
  return Array.from({ length: firstDay }, (_, index) => {
    const item = goods[Math.floor(random() * goods.length)] ?? goods[0]
    const held = index % 7 === 3
    return newPayment({
      id: `PLABNOOR${String(index).padStart(4, '0')}abcdefZY`,
      amount_money: { amount: Math.round(item.price * 0.27), currency: 'USD' },
      created_at: instant(now - (2 + index * 7) * 3_600_000),
      order_id: `OLABNOOR${String(index).padStart(4, '0')}`,
      reference_id: `NA-${1050 - index}`,
      note: item.title,
      buyer_email_address: people[index % people.length]?.email ?? '',
      ...(held
        ? {
            status: 'APPROVED',
            card_details: { status: 'AUTHORIZED', card: { card_brand: 'VISA', last_4: '1111' } },
          }
        : {}),
    })
  })
}
