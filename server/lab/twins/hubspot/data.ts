import { goods, people } from '../../shop.ts'

/** A record of the CRM: every property is text. */
export interface CrmRecord {
  id: string
  properties: Record<string, string | null>
  createdAt: string
  updatedAt: string
  archived: boolean
  /** Contacts a deal or note is tied to. */
  contacts: string[]
}

const stages = ['appointmentscheduled', 'qualifiedtobuy', 'contractsent', 'closedwon', 'closedlost'] as const
/** Stages of the one pipeline, as every new account has them. */
export const dealStages: readonly string[] = stages

const stamp = (at: number) => new Date(at).toISOString()
const day = 86_400_000

export function firstContacts(now: number): CrmRecord[] {
  return people.map(({ name, email, city }, index) => {
    const [firstname = '', ...rest] = name.split(' ')
    const [createdAt, updatedAt] = [stamp(now - (60 - index) * day), stamp(now - (20 - index) * day)]
    return {
      id: String(501 + index),
      properties: {
        email,
        firstname,
        lastname: rest.join(' '),
        phone: index % 2 === 0 ? `+97150000000${index}` : null,
        company: index % 3 === 0 ? `${city} Trading` : null,
        lifecyclestage: index % 2 === 0 ? 'customer' : 'lead',
        createdate: createdAt,
        lastmodifieddate: updatedAt,
      },
      createdAt,
      updatedAt,
      archived: false,
      contacts: [],
    }
  })
}

export function firstDeals(now: number): CrmRecord[] {
  return goods.map((item, index) => {
    const [createdAt, updatedAt] = [stamp(now - (40 - index) * day), stamp(now - (15 - index) * day)]
    return {
      id: String(8_801 + index),
      properties: {
        dealname: `${item.title}, ${10 + index} pieces`,
        amount: ((item.price * (10 + index)) / 100).toFixed(2),
        deal_currency_code: index % 4 === 1 ? 'USD' : null,
        dealstage: stages[index % stages.length] ?? null,
        pipeline: 'default',
        closedate: stamp(now - (now % day) + index * day),
        createdate: createdAt,
        hs_lastmodifieddate: updatedAt,
      },
      createdAt,
      updatedAt,
      archived: false,
      contacts: [String(501 + (index % people.length))],
    }
  })
}
