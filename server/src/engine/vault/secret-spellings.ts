/** Opened values as they may be spelled, longest first. */
export type Spellings = readonly string[]

/** Of several values; those shorter than 6 characters would blank ordinary words and are left out. */
export function spellingsOfAll(secrets: readonly string[]): Spellings {
  return [...new Set(secrets.filter((secret) => secret.length >= 6).flatMap(spellingsOf))].sort(
    (a, b) => b.length - a.length,
  )
}

/**
 * Every way a secret may stand in a URL, header or body: as it is, percent-encoded (both cases, form style, lightly),
 * escaped for JSON, in hexadecimal, and inside base64. Base64 depends on how many bytes come before, so the three
 * alignments are listed, each without the characters its neighbours share in.
 */
export function spellingsOf(secret: string): string[] {
  const encoded = encodeURIComponent(secret.toWellFormed())
  const strict = encoded.replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
  const form = new URLSearchParams({ s: secret }).toString().slice(2)
  const spelled = [secret, secret.trim(), encodeURI(secret.toWellFormed()), encoded, strict, form]
  const lower = spelled.map((text) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))
  const json = JSON.stringify(secret).slice(1, -1)
  const escaped = [json, json.replaceAll('/', '\\/'), xmlEscaped(secret)]
  const bytes = Buffer.from(secret)
  const hex = bytes.toString('hex')
  const all = [...spelled, ...lower, ...escaped, hex, hex.toUpperCase(), ...base64Cores(bytes)]
  return [...new Set(all)].filter((text) => text.length >= 6)
}

function xmlEscaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

function base64Cores(bytes: Buffer): string[] {
  const cores: string[] = []
  for (const offset of [0, 1, 2]) {
    const coded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    // The first characters mix with what stands before, the last one with what follows.
    const start = [0, 2, 3][offset] ?? 0
    const whole = (bytes.length + offset) % 3 === 0
    const core = coded.slice(start, whole ? undefined : -1)
    cores.push(core, core.replaceAll('+', '-').replaceAll('/', '_'), core.replaceAll('+', '%2B').replaceAll('/', '%2F'))
  }
  return cores.filter((core) => core.length >= 8)
}
