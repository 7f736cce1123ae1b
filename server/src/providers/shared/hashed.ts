import { hash } from 'node:crypto'

// How people leave the hub for analytics and advertising vendors: normalised as the vendors do it, so that the same person
// is the same digest there, and never in clear.

/** SHA-256 in hex. */
export const sha256 = (text: string): string => hash('sha256', text)

/** An address without space around it, in small letters. */
export const plainEmail = (email: string): string => email.trim().toLowerCase()

/** A telephone number with its country code: digits only, no plus and no zeros before it. */
export const plainPhone = (phone: string): string => phone.replace(/\D/g, '').replace(/^0+/, '')

export const hashedEmail = (email: string): string => sha256(plainEmail(email))
export const hashedPhone = (phone: string): string => sha256(plainPhone(phone))
