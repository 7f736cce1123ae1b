import { z } from 'zod'

/** What the documentation and `.env.example` say of a setting. */
export type SettingNote = {
  readonly section: string
  readonly about: string
  /** Shown after the equals sign; the default when there is one. */
  readonly example?: string
  /** May also come from a file named by `<NAME>_FILE`, and is never printed. */
  readonly secret?: boolean
}

const note = (section: string, about: string, more: { example?: string; secret?: boolean } = {}): SettingNote => ({
  section,
  about,
  ...more,
})

const text = z.string().trim().min(1)
const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be between ${min} and ${max}`)
const list = text.transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
)
const webUrl = text.refine((value) => /^https?:$/.test(protocolOf(value)), 'must be an http:// or https:// URL')
const origin = text.refine(
  (value) => /^https?:$/.test(protocolOf(value)) && new URL(value).origin === value,
  'must be an origin such as https://shop.example, without a path',
)

function protocolOf(value: string): string {
  return URL.canParse(value) ? new URL(value).protocol : ''
}

const doors = 'Doors'
const data = 'Data'
const secrets = 'Secrets'
const people = 'People'
const traffic = 'Outgoing traffic'
const watching = 'Watching it'

const clientId = (name: string, id: string) =>
  text.optional().meta(
    note(people, `Client id for signing in with ${name}. Redirect URI: <public URL>/api/auth/callback/${id}`, {
      example: '<client id>',
    }),
  )
const clientSecret = (name: string) =>
  text
    .optional()
    .meta(note(people, `Client secret for signing in with ${name}.`, { example: '<secret>', secret: true }))
const issuerOf = (name: string, example: string) =>
  webUrl.default(example).meta(note(people, `Where ${name} answers; only for a proxy in between.`, { example }))

/**
 * Every setting the hub reads from its environment, by name. An empty value counts as unset. The order here is the order of
 * `.env.example`; the rules that tie settings together are in config.ts.
 */
export const settings = {
  PATCHBAY_MODE: z
    .enum(['demo', 'production'], 'must be demo or production')
    .optional()
    .meta(
      note(
        'Mode',
        'demo: a demo organization wired to the built-in provider lab, keys made in the data folder. production: nothing simulated, secrets must be given. Default: demo without DATABASE_URL, production with it.',
        { example: 'demo' },
      ),
    ),
  PATCHBAY_ROLE: z
    .enum(['all', 'web', 'worker'], 'must be all, web or worker')
    .default('all')
    .meta(
      note(
        'Mode',
        'What this process does: web answers requests, worker runs probes and other jobs, all does both. web and worker need DATABASE_URL.',
        { example: 'all' },
      ),
    ),
  PORT: whole(0, 65_535)
    .default(4000)
    .meta(note(doors, 'Port of the admin and the API. 0 takes any free one.', { example: '4000' })),
  HOST: text
    .default('127.0.0.1')
    .meta(note(doors, 'Address to listen on. 0.0.0.0 opens the hub to the network.', { example: '127.0.0.1' })),
  PATCHBAY_PUBLIC_URL: origin
    .optional()
    .meta(
      note(
        doors,
        'Where people and vendors reach the hub; OAuth callbacks and cookies depend on it. Required in production. Default: http://localhost and the port.',
        { example: 'http://localhost:4000' },
      ),
    ),
  PATCHBAY_CORS_ORIGINS: list
    .pipe(z.array(origin))
    .default([])
    .meta(
      note(doors, 'Other origins whose pages may use the API with a signed-in cookie, comma-separated.', {
        example: 'https://shop.example',
      }),
    ),
  PATCHBAY_TRUSTED_DOCUMENTS: list
    .optional()
    .meta(
      note(
        doors,
        'Runs only GraphQL documents that were registered: admin for those of the admin alone, or files with more of them (JSON objects of hash to text), comma-separated. The explorer then shows the schema no more. Default: every document runs.',
        { example: 'admin,shop/persisted-documents.json' },
      ),
    ),
  PATCHBAY_TRUSTED_PROXIES: list
    .pipe(z.array(z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], 'must be addresses or CIDR ranges')))
    .default([])
    .meta(
      note(doors, 'Addresses or CIDR ranges of proxies whose X-Forwarded-For is believed, comma-separated.', {
        example: '10.0.0.0/8',
      }),
    ),
  PATCHBAY_REQUESTS_PER_MINUTE: whole(0, 10_000_000)
    .default(6000)
    .meta(
      note(doors, 'Requests one address may make in a minute before it gets 429. 0 switches the limit off.', {
        example: '6000',
      }),
    ),
  PATCHBAY_HOOKS_PER_MINUTE: whole(0, 10_000_000)
    .default(12_000)
    .meta(
      note(doors, 'Webhooks one source takes in a minute before the vendor gets 429. 0 switches the limit off.', {
        example: '12000',
      }),
    ),
  PATCHBAY_PROXY_REQUESTS_PER_MINUTE: whole(0, 10_000_000)
    .default(30_000)
    .meta(
      note(
        doors,
        'Requests one caller may pass through /proxy in a minute before it gets 429. 0 switches the limit off.',
        {
          example: '30000',
        },
      ),
    ),
  PATCHBAY_PROXY_MAX_BYTES: whole(0, Number.MAX_SAFE_INTEGER)
    .default(5 * 1024 ** 3)
    .meta(
      note(doors, 'Largest body of a request through /proxy, in bytes. Bodies pass by and are never held whole.', {
        example: '5368709120',
      }),
    ),
  PATCHBAY_PROXY_DOMAIN: text
    .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/, 'must be a domain name in lower case')
    .optional()
    .meta(
      note(
        doors,
        'Domain whose subdomains are connections, {connection}.proxy.hub.example, for SDKs that can be given a host but no path. Needs a wildcard in DNS and in the certificate.',
        { example: 'proxy.hub.example' },
      ),
    ),
  DATABASE_URL: text
    .refine((value) => /^postgres(ql)?:$/.test(protocolOf(value)), 'must start with postgresql://')
    .optional()
    .meta(
      note(data, 'PostgreSQL 15 or newer. Without it the hub keeps an embedded PostgreSQL in the data folder.', {
        example: 'postgresql://patchbay:password@localhost:5432/patchbay',
        secret: true,
      }),
    ),
  PATCHBAY_DATABASE_POOL: whole(2, 500)
    .default(10)
    .meta(note(data, 'Database connections of this process.', { example: '10' })),
  PATCHBAY_DATA_DIR: text.default('data').meta(
    note(data, 'Folder of the embedded database and of generated keys. Relative paths start at the project folder.', {
      example: 'data',
    }),
  ),
  PATCHBAY_CALL_RETENTION_DAYS: whole(1, 3650)
    .default(90)
    .meta(note(data, 'Days the call log is kept.', { example: '90' })),
  PATCHBAY_EVENT_RETENTION_DAYS: whole(1, 3650)
    .default(90)
    .meta(
      note(data, 'Days inbound events, events, deliveries and attempts are kept.', {
        example: '90',
      }),
    ),
  PATCHBAY_PROBE_RETENTION_DAYS: whole(7, 3650)
    .default(100)
    .meta(note(data, 'Days single probes are kept; 90 and more keep the uptime figures whole.', { example: '100' })),
  PATCHBAY_MINUTE_FIGURE_DAYS: whole(8, 400)
    .default(8)
    .meta(note(data, 'Days figures by the minute are kept.', { example: '8' })),
  PATCHBAY_HOUR_FIGURE_DAYS: whole(400, 3650)
    .default(400)
    .meta(note(data, 'Days figures by the hour are kept.', { example: '400' })),
  PATCHBAY_DAY_FIGURE_DAYS: whole(1830, 36_500)
    .default(1830)
    .meta(note(data, 'Days figures by the day and month are kept. Five years by default.', { example: '1830' })),
  PATCHBAY_AUDIT_RETENTION_DAYS: whole(365, 36_500)
    .default(1826)
    .meta(note(data, 'Days audit entries are kept. Five years by default.', { example: '1826' })),
  PATCHBAY_MASTER_KEYS: text
    .optional()
    .meta(
      note(
        secrets,
        'Master keys of the vault, id:key, comma-separated, the first one seals. A key is 32 random bytes in base64 (openssl rand -base64 32). Required in production; demo keeps one in the data folder.',
        { example: 'k1:<32 bytes in base64>', secret: true },
      ),
    ),
  PATCHBAY_AUTH_SECRET: text
    .min(32, 'must have at least 32 characters')
    .optional()
    .meta(
      note(
        secrets,
        'Signs sessions; at least 32 characters. Required in production; demo keeps one in the data folder.',
        { example: '<openssl rand -base64 32>', secret: true },
      ),
    ),
  PATCHBAY_ORGANIZATION: text
    .max(80)
    .default('My organization')
    .meta(
      note(people, 'Name of the organization created at the first start in production.', {
        example: 'My organization',
      }),
    ),
  PATCHBAY_ADMIN_EMAIL: z
    .email('must be an e-mail address')
    .default('admin@patchbay.local')
    .meta(note(people, 'E-mail address of the first administrator.', { example: 'admin@patchbay.local' })),
  PATCHBAY_ADMIN_PASSWORD: text
    .min(10, 'must have at least 10 characters')
    .max(128)
    .optional()
    .meta(
      note(people, 'Password of the first administrator. Default: a random one, printed once at the first start.', {
        example: '<at least 10 characters>',
        secret: true,
      }),
    ),
  PATCHBAY_SIGN_INS_PER_MINUTE: whole(1, 100_000)
    .default(10)
    .meta(note(people, 'Sign-in attempts one address may make in a minute.', { example: '10' })),
  PATCHBAY_BOOTSTRAP_API_KEY: text
    .min(24, 'must have at least 24 characters')
    .max(200)
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces')
    .optional()
    .meta(
      note(
        people,
        'Creates, at the first start, an owner API key with exactly this value, so that automation can begin.',
        { example: '<at least 24 random characters>', secret: true },
      ),
    ),
  OIDC_ISSUER: webUrl.optional().meta(
    note(people, 'OpenID Connect issuer for single sign-on of existing members. All or none of the OIDC settings.', {
      example: 'https://login.example',
    }),
  ),
  OIDC_CLIENT_ID: text.optional().meta(
    note(people, 'Client id at the issuer. Redirect URI: <public URL>/api/auth/callback/oidc', {
      example: 'patchbay',
    }),
  ),
  OIDC_CLIENT_SECRET: text
    .optional()
    .meta(note(people, 'Client secret at the issuer.', { example: '<secret>', secret: true })),
  OIDC_NAME: text
    .max(40)
    .default('Single sign-on')
    .meta(note(people, 'Words on the sign-in button.', { example: 'Single sign-on' })),
  GOOGLE_SIGN_IN_CLIENT_ID: clientId('Google', 'google'),
  GOOGLE_SIGN_IN_CLIENT_SECRET: clientSecret('Google'),
  GOOGLE_SIGN_IN_ISSUER: issuerOf('Google', 'https://accounts.google.com'),
  MICROSOFT_SIGN_IN_ISSUER: webUrl.optional().meta(
    note(people, 'Your Microsoft Entra tenant. One of everybody’s (common) is refused: it vouches for no address.', {
      example: 'https://login.microsoftonline.com/<tenant id>/v2.0',
    }),
  ),
  MICROSOFT_SIGN_IN_CLIENT_ID: clientId('Microsoft', 'microsoft'),
  MICROSOFT_SIGN_IN_CLIENT_SECRET: clientSecret('Microsoft'),
  LINKEDIN_SIGN_IN_CLIENT_ID: clientId('LinkedIn', 'linkedin'),
  LINKEDIN_SIGN_IN_CLIENT_SECRET: clientSecret('LinkedIn'),
  LINKEDIN_SIGN_IN_ISSUER: issuerOf('LinkedIn', 'https://www.linkedin.com/oauth'),
  FACEBOOK_SIGN_IN_CLIENT_ID: clientId('Facebook', 'facebook'),
  FACEBOOK_SIGN_IN_CLIENT_SECRET: clientSecret('Facebook'),
  FACEBOOK_SIGN_IN_ISSUER: issuerOf('Facebook', 'https://graph.facebook.com'),
  PATCHBAY_SMTP_URL: text
    .refine((value) => /^smtps?:$/.test(protocolOf(value)), 'must be an smtp:// or smtps:// URL')
    .optional()
    .meta(
      note(
        traffic,
        'The hub’s own SMTP server, for alerts by mail where an organization has no email connection. With PATCHBAY_SMTP_FROM or not at all.',
        { example: 'smtps://user:password@smtp.example', secret: true },
      ),
    ),
  PATCHBAY_SMTP_FROM: text
    .refine(
      (value) => /^(?:[^<>\r\n"]{1,100} <[^<>\s@]+@[^<>\s@]+>|[^<>\s@]+@[^<>\s@]+)$/.test(value),
      'must be a mail address, with a name before it where you like: Patchbay <alerts@shop.example>',
    )
    .optional()
    .meta(note(traffic, 'Sender of the hub’s own mail.', { example: 'Patchbay <alerts@shop.example>' })),
  PATCHBAY_EGRESS_ALLOW: list
    .default([])
    .meta(
      note(
        traffic,
        'Host names, addresses or CIDR ranges that may be called although they are private, comma-separated. Keep it empty unless a vendor lives in your own network.',
        { example: 'shop.internal,10.20.0.0/16' },
      ),
    ),
  PATCHBAY_EGRESS_ORIGINS: list
    .pipe(z.array(origin))
    .default([])
    .meta(
      note(
        traffic,
        'Exact origins of your own services that endpoints may name although they are private or without https, comma-separated. Every organization of this hub may use them.',
        { example: 'http://shop:3000' },
      ),
    ),
  PATCHBAY_PROBE_SECONDS: whole(30, 86_400)
    .default(300)
    .meta(note(traffic, 'Seconds between two probes of a new connection.', { example: '300' })),
  PATCHBAY_CACHE_BYTES: whole(0, 17_179_869_184)
    .default(67_108_864)
    .meta(
      note(
        traffic,
        'Memory for answers of providers that are kept for reads, in bytes, of each process. Default 64 MiB.',
        {
          example: '67108864',
        },
      ),
    ),
  PATCHBAY_LAB_PORT: whole(0, 65_535)
    .default(0)
    .meta(
      note(traffic, 'Port of the provider lab (demo only, loopback only). 0 takes any free one.', { example: '0' }),
    ),
  LOG_LEVEL: z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'must be trace, debug, info, warn, error, fatal or silent',
    )
    .default('info')
    .meta(note(watching, 'Least severe log line written. Lines are JSON on standard output.', { example: 'info' })),
  PATCHBAY_METRICS_TOKEN: text
    .min(16, 'must have at least 16 characters')
    .optional()
    .meta(
      note(watching, 'Bearer token for /metrics. Without it, only this machine may read them.', {
        example: '<at least 16 characters>',
        secret: true,
      }),
    ),
}

export type SettingName = keyof typeof settings
type Read<T> = T extends z.ZodType<infer Output> ? Output : never
export type Values = { readonly [N in SettingName]: Read<(typeof settings)[N]> }
