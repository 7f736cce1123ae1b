import { createHash } from 'node:crypto'
import { random, type Scheme } from './scheme.ts'

const message =
  'tran_store=1234&tran_type=sale&tran_class=ecom&tran_test=1&tran_ref=030023738922&tran_prevref=030023738911&tran_firstref=030023738900&tran_currency=AED&tran_amount=10.50&tran_cartid=cart-1&tran_desc=Order+1&tran_status=A&tran_authcode=123456&tran_authmessage=Authorised'

export const telrScheme: Scheme = {
  slug: 'telr',
  holdsMs: null,
  coversBody: true,
  proofs: [{ form: 'tran_check' }],
  sample: { contentType: 'application/x-www-form-urlencoded', body: message },
  makeKey: async () => {
    const secret = random(16).toString('hex')
    return {
      secret,
      sign: (body) => {
        const values = [...new URLSearchParams(body.toString()).values()].map((value) => value.trim())
        const check = createHash('sha1')
          .update([secret, ...values].join(':'))
          .digest('hex')
        return { headers: {}, body: Buffer.from(`${body.toString()}&tran_check=${check}`) }
      },
    }
  },
}
