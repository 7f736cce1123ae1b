import type { CallErrorClass } from '@patchbay/schema/errors.ts'
import { classOfStatus, judgeWith, textAt, type Words } from '../shared/failure.ts'

interface Meaning extends Pick<Words, 'retry' | 'field'> {
  readonly errorClass: CallErrorClass
  /** Said after TikTok's own words, where these do not tell what to do. */
  readonly hint?: string
}

const daily = {
  errorClass: 'RATE_LIMITED',
  // Counted over a day: a minute later it is the same.
  retry: false,
} as const satisfies Meaning

/** https://developers.tiktok.com/doc/tiktok-api-v2-error-handling and the tables of the Content Posting API. */
const meanings: Readonly<Record<string, Meaning>> = {
  access_token_invalid: { errorClass: 'AUTHENTICATION' },
  // A 401 that no newer token cures.
  scope_not_authorized: { errorClass: 'PERMISSION' },
  scope_permission_missed: { errorClass: 'PERMISSION' },
  rate_limit_exceeded: { errorClass: 'RATE_LIMITED' },
  invalid_publish_id: { errorClass: 'NOT_FOUND' },
  token_not_authorized_for_specified_publish_id: { errorClass: 'PERMISSION' },
  spam_risk_too_many_posts: { ...daily, hint: 'The account’s posts of 24 hours are used up.' },
  spam_risk_too_many_pending_share: { ...daily, hint: 'The account’s posts of 24 hours are used up.' },
  reached_active_user_cap: { ...daily, hint: 'The app’s accounts of 24 hours are used up.' },
  spam_risk_user_banned_from_posting: { errorClass: 'PERMISSION' },
  spam_risk: { errorClass: 'PERMISSION' },
  spam_risk_text: { errorClass: 'INVALID_REQUEST' },
  unaudited_client_can_only_post_to_private_accounts: {
    errorClass: 'PERMISSION',
    field: 'privacyLevel',
    hint: 'Until TikTok has audited the app, the account must be private and its posts only for itself.',
  },
  privacy_level_option_mismatch: { errorClass: 'INVALID_REQUEST', field: 'privacyLevel' },
  url_ownership_unverified: {
    errorClass: 'INVALID_REQUEST',
    hint: 'TikTok fetches only from domains that are verified for the app: developers.tiktok.com → your app → URL properties.',
  },
}

/** Every answer of TikTok carries `error`, and only the code "ok" means success, whatever the status says. */
export const tiktokJudge = judgeWith((body, answer) => {
  const code = textAt(body, 'error', 'code')
  if (code === undefined || code === 'ok') return null
  const { hint, ...meaning } = meanings[code] ?? {
    errorClass: classOfStatus(answer.status) ?? (code === 'internal_error' ? 'UNAVAILABLE' : 'INVALID_REQUEST'),
  }
  const said = textAt(body, 'error', 'message') || code
  return { ...meaning, vendorCode: code, message: hint === undefined ? said : `${said.replace(/\.$/, '')}. ${hint}` }
})
