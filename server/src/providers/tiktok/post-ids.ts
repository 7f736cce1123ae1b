/**
 * Ids of posts that everybody may see, out of a status or an event. TikTok writes them as numbers of nineteen digits, which a
 * JavaScript number cannot hold, so they are read from the text. The member of a status is misspelt at TikTok.
 */
export function postIdsIn(text: string): readonly string[] {
  const [, list = ''] = /"publica?ly_available_post_id"\s*:\s*\[([^\]]*)\]/.exec(text) ?? []
  const [, one = ''] = /"post_id"\s*:\s*("?\d+)/.exec(text) ?? []
  return [...`${list},${one}`.matchAll(/\d+/g)].map(([digits]) => digits)
}
