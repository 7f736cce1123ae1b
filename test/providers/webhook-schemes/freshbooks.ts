import { hmac, random, type Scheme } from './scheme.ts'

/** The form's fields as `json.dumps` of Python writes them. */
const python = (body: Buffer) =>
  `{${[...new URLSearchParams(body.toString())].map(([name, value]) => `"${name}": "${value}"`).join(', ')}}`

export const freshbooksScheme: Scheme = {
  slug: 'freshbooks',
  holdsMs: null,
  coversBody: true,
  proofs: ['x-freshbooks-hmac-sha256'],
  sample: {
    contentType: 'application/x-www-form-urlencoded',
    body: 'name=invoice.create&object_id=1234567&account_id=nA7eL1&business_id=77128&user_id=2192788',
  },
  makeKey: async () => {
    const secret = random(16).toString('hex')
    return {
      secret,
      sign: (body) => ({ headers: { 'x-freshbooks-hmac-sha256': hmac(secret, 'base64', python(body)) } }),
    }
  },
}
