import { z } from 'zod'
import type { OperationContracts } from './contract.ts'
import { idempotencyKey, moment, pageInput, pageOf, providerData, shape, updatedSince, vendorId } from './values.ts'

export const audience = shape(
  'MarketingAudience',
  'A list of people who get news.',
  z.object({
    id: z.string().describe('The vendor’s id.'),
    name: z.string().describe('Its name.'),
    subscribers: z.int().nullable().describe('How many are on it, where the vendor counts.'),
    providerData,
  }),
)
export type Audience = z.infer<typeof audience>
export const audiencePage = pageOf(audience)
export type AudiencePage = z.infer<typeof audiencePage>
export const listAudiences = pageInput
export type ListAudiences = z.infer<typeof listAudiences>

const subscriberStatus = shape(
  'SubscriberStatus',
  'Whether somebody gets news.',
  z.enum(['SUBSCRIBED', 'PENDING', 'UNSUBSCRIBED', 'BOUNCED', 'ARCHIVED']),
)
export type SubscriberStatus = z.infer<typeof subscriberStatus>

export const subscriber = shape(
  'Subscriber',
  'Somebody who gets news, or did.',
  z.object({
    id: z.string().describe('The vendor’s id.'),
    email: z.string().describe('E-mail address.'),
    firstName: z.string().nullable().describe('First name.'),
    lastName: z.string().nullable().describe('Last name.'),
    status: subscriberStatus.describe('Whether news are sent.'),
    vendorStatus: z.string().describe('The vendor’s own word for the status.'),
    tags: z.array(z.string()).describe('Tags, where the vendor tells them.'),
    updatedAt: moment.nullable().describe('When it changed last.'),
    providerData,
  }),
)
export type Subscriber = z.infer<typeof subscriber>
export const subscriberPage = pageOf(subscriber)
export type SubscriberPage = z.infer<typeof subscriberPage>

const audienceId = z.string().max(255).optional().describe('The vendor’s id of the list. Default: the connection’s.')

export const upsertSubscriber = z.object({
  audienceId,
  email: z.email().describe('E-mail address.'),
  firstName: z.string().max(100).optional().describe('First name.'),
  lastName: z.string().max(100).optional().describe('Last name.'),
  phone: z.string().max(40).optional().describe('Telephone number, for vendors that keep one.'),
  tags: z.array(z.string().min(1).max(100)).max(50).optional().describe('Tags to add.'),
  doubleOptIn: z
    .boolean()
    .default(false)
    .describe('Ask by mail first, for vendors that do. Default false: the consent is at hand.'),
  idempotencyKey,
})
export type UpsertSubscriber = z.infer<typeof upsertSubscriber>
export const getSubscriber = z.object({ audienceId, email: z.email().describe('E-mail address.') })
export type GetSubscriber = z.infer<typeof getSubscriber>
export const listSubscribers = pageInput.extend({ audienceId, updatedSince: updatedSince('subscribers') })
export type ListSubscribers = z.infer<typeof listSubscribers>
export const unsubscribe = z.object({ audienceId, email: z.email().describe('E-mail address.'), idempotencyKey })
export type Unsubscribe = z.infer<typeof unsubscribe>
export const tagSubscriber = z.object({
  audienceId,
  email: z.email().describe('E-mail address.'),
  add: z.array(z.string().min(1).max(100)).max(50).default([]).describe('Tags to add.'),
  remove: z.array(z.string().min(1).max(100)).max(50).default([]).describe('Tags to take away.'),
  idempotencyKey,
})
export type TagSubscriber = z.infer<typeof tagSubscriber>

export const campaign = shape(
  'Campaign',
  'A mail to a whole list.',
  z.object({
    id: z.string().describe('The vendor’s id.'),
    name: z.string().describe('Its name.'),
    subject: z.string().nullable().describe('Its subject.'),
    status: shape(
      'CampaignStatus',
      'Where a campaign stands, whatever its vendor calls it.',
      z.enum(['DRAFT', 'SCHEDULED', 'SENDING', 'SENT', 'CANCELLED']),
    ).describe('Where it stands.'),
    vendorStatus: z.string().describe('The vendor’s own word for the status.'),
    sentAt: moment.nullable().describe('When it was sent, or will be.'),
    recipients: z.int().nullable().describe('How many get it, where the vendor says.'),
    opens: z.int().nullable().describe('How many opened it, where the vendor says.'),
    clicks: z.int().nullable().describe('How many followed a link, where the vendor says.'),
    providerData,
  }),
)
export type Campaign = z.infer<typeof campaign>
export const campaignPage = pageOf(campaign)
export type CampaignPage = z.infer<typeof campaignPage>
export const listCampaigns = pageInput
export type ListCampaigns = z.infer<typeof listCampaigns>
export const createCampaign = z.object({
  audienceId,
  name: z.string().min(1).max(100).describe('Name for yourselves.'),
  subject: z.string().min(1).max(200).describe('Subject.'),
  html: z.string().min(1).max(500_000).describe('Body as HTML.'),
  fromName: z.string().max(100).optional().describe('Name of the sender. Default: the connection’s.'),
  fromEmail: z.email().optional().describe('Address of the sender. Default: the connection’s.'),
  idempotencyKey,
})
export type CreateCampaign = z.infer<typeof createCampaign>
export const sendCampaign = z.object({
  id: vendorId.describe('The vendor’s id of the campaign.'),
  at: moment.optional().describe('When. Default: now.'),
  idempotencyKey,
})
export type SendCampaign = z.infer<typeof sendCampaign>

/** Typed operations of the marketing category. */
export const marketingOperations = {
  'audiences.list': {
    kind: 'query',
    field: 'fetchAudiences',
    description: 'Lists of people who get news.',
    input: listAudiences,
    output: audiencePage,
  },
  'subscribers.upsert': {
    kind: 'mutation',
    field: 'upsertSubscriber',
    description: 'Adds somebody to a list, or brings them up to date.',
    input: upsertSubscriber,
    output: subscriber,
  },
  'subscribers.get': {
    kind: 'query',
    field: 'fetchSubscriber',
    description: 'One subscriber, by address.',
    input: getSubscriber,
    output: subscriber,
  },
  'subscribers.list': {
    kind: 'query',
    field: 'fetchSubscribers',
    description: 'Everybody on a list.',
    input: listSubscribers,
    output: subscriberPage,
  },
  'subscribers.unsubscribe': {
    kind: 'mutation',
    field: 'unsubscribe',
    description: 'Sends somebody no more news.',
    input: unsubscribe,
    output: subscriber,
  },
  'subscribers.tag': {
    kind: 'mutation',
    field: 'tagSubscriber',
    description: 'Adds tags to a subscriber and takes them away.',
    input: tagSubscriber,
    output: subscriber,
  },
  'campaigns.list': {
    kind: 'query',
    field: 'fetchCampaigns',
    description: 'Campaigns at the vendor, newest first.',
    input: listCampaigns,
    output: campaignPage,
  },
  'campaigns.create': {
    kind: 'mutation',
    field: 'createCampaign',
    description: 'Drafts a mail to a whole list.',
    input: createCampaign,
    output: campaign,
  },
  'campaigns.send': {
    kind: 'mutation',
    field: 'sendCampaign',
    description: 'Sends a drafted campaign, now or later.',
    input: sendCampaign,
    output: campaign,
  },
} as const satisfies OperationContracts
