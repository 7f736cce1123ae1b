/**
 * An address with its name as RFC 5322 writes it: `"Layla \"L\" Al Mansoori" <layla@example.com>`. What could end the line or
 * the name is taken out of it, so that nobody's name adds a header or another recipient.
 */
export function mailboxText({ email, name }: { readonly email: string; readonly name?: string | undefined }): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is meant
  const plain = name?.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim()
  return plain ? `"${plain.replace(/["\\]/g, '\\$&')}" <${email}>` : email
}
