import type { Plan } from './files.ts'
import { camel, quoted } from './names.ts'

const keyParts = {
  authKind: 'API_KEY',
  permission: 'FILL IN',
  fields: `{
        name: 'apiKey',
        label: 'API key',
        help: 'FILL IN where a person finds it.',
        kind: 'secret',
        required: true,
      },`,
  hosts: `{ api: 'https://FILL-IN.example' }`,
  oauth: '',
  authorize: `// FILL IN: where the vendor wants the key, if not here.
  authorize: (request, fields) => ({
    ...request,
    headers: { ...request.headers, authorization: \`Bearer \${fields['apiKey'] ?? ''}\` },
  }),`,
  field: `, 'apiKey'`,
}

const oauthParts: typeof keyParts = {
  authKind: 'OAUTH2_CODE',
  permission: 'FILL-IN',
  fields: `{
        name: 'clientId',
        label: 'Client ID',
        help: 'FILL IN where a person finds it.',
        kind: 'text',
        required: true,
      },
      {
        name: 'clientSecret',
        label: 'Client secret',
        help: 'FILL IN where a person finds it.',
        kind: 'secret',
        required: true,
      },`,
  hosts: `{ api: 'https://FILL-IN.example', login: 'https://login.FILL-IN.example' }`,
  oauth: `// FILL IN: the vendor's paths, its client authentication and its scopes.
  oauth: {
    grant: 'authorization_code',
    authorize: { host: 'login', path: '/oauth/authorize' },
    token: { host: 'login', path: '/oauth/token' },
    clientAuth: 'form',
    clientIdField: 'clientId',
    clientSecretField: 'clientSecret',
    pkce: true,
    scopes: ['FILL-IN', 'offline_access'],
    scopeSeparator: ' ',
    refreshRotates: true,
  },
  `,
  authorize: `authorize: (request, _fields, accessToken) => ({
    ...request,
    headers: { ...request.headers, authorization: \`Bearer \${accessToken ?? ''}\` },
  }),`,
  field: '',
}

/** The provider: its sign-in, a probe, and no operation yet. */
export function providerFile({ slug, name, category, operations, signIn, event }: Plan): string {
  const { authKind, permission, fields, hosts, oauth, authorize, field } = signIn === 'oauth' ? oauthParts : keyParts
  const webhooks = `${camel(slug)}Webhooks`
  const sends = event !== null
  return `import { z } from 'zod'
${sends ? `import { ${webhooks} } from './${slug}/webhooks.ts'` : ''}
import { defineProvider, type Call } from './provider.ts'
import { judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'

const permissions = [{ name: '${permission}', why: 'FILL IN what the hub needs it for', required: true }] as const

/** The cheapest request that needs the credentials. */
async function probe(call: Call): Promise<void> {
  const answer = await call({ method: 'GET', path: '/FILL-IN' })
  readAnswer(${quoted(name)}, answer, z.object({ ok: z.literal(true) }), () => undefined)
}

/** ${name}: FILL IN the address of its API's description. */
export const ${camel(slug)} = defineProvider({
  entry: {
    slug: '${slug}',
    name: ${quoted(name)},
    category: '${category}',
    summary: 'FILL IN one sentence for the card, at most 140 characters.',
    description: 'FILL IN a paragraph for the page: what a shop does with it, and what the hub does of that.',
    authKind: '${authKind}',
    regions: ['FILL IN'],
    environments: ['LIVE'],
    // FILL IN: those of its category that this vendor has, the same as in \`operations\` below.
    capabilities: [
      ${operations.map((operation) => `// '${operation}',`).join('\n      ')}
    ],
    fields: [
      ${fields}
    ],
    permissions,
    // FILL IN what the vendor documents, or say that it documents none.
    limits: [],
    webhookEvents: ${sends ? `Object.keys(${webhooks}.events)` : '[]'},
    setupGuide: [
      { title: 'FILL IN', text: 'FILL IN the first step.', url: 'https://FILL-IN.example' },
      { title: 'FILL IN', text: 'FILL IN the second step.' },
    ],
    pricingNotes: 'FILL IN what the vendor asks for it.',
    docsUrl: 'https://FILL-IN.example',
    verified: false,
    // FILL IN the vendor's mark: one path, and its color.
    logo: { path: 'M2 2h20v20H2z', viewBox: '0 0 24 24', color: '#000000' },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: () => (${hosts}),
  ${oauth}${authorize}
  // FILL IN: where the vendor's failures hold their words and their code.
  judge: judgeWith((body) => {
    const message = textAt(body, 'error', 'message')
    return message === undefined ? null : { message }
  }),
  probe,
  tests: [
    connectionStep(${quoted(name)}, probe),
    permissionsByTrying(${quoted(name)}, permissions, [
      { permission: '${permission}', request: { method: 'GET', path: '/FILL-IN' } },
    ]${field}),
  ],
  operations: {},
  ${sends ? `webhooks: ${webhooks},` : ''}
})
`
}
