/** FedEx kept codes of its own from before ISO 4217; the rest it writes as everybody does. */
const own: Readonly<Record<string, string>> = {
  AED: 'DHS',
  ARS: 'ARN',
  CHF: 'SFR',
  CLP: 'CHP',
  DOP: 'RDD',
  GBP: 'UKL',
  JMD: 'JAD',
  JPY: 'JYE',
  KRW: 'WON',
  KWD: 'KUD',
  MXN: 'NMP',
  SGD: 'SID',
  TWD: 'NTD',
  UYU: 'UYP',
  XCD: 'ECD',
}
const iso: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(own).map(([code, name]) => [name, code]),
)

/** An ISO 4217 code as FedEx writes it: AED is DHS. */
export const toFedex = (code: string): string => own[code] ?? code

/** A code of FedEx as ISO 4217 has it. Some of its services answer in ISO already, which stays. */
export const fromFedex = (code: string): string => iso[code] ?? code
