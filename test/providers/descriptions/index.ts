import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ProviderCase } from '../cases/case.ts'
import { literally } from './document.ts'
import type { Exchange, Judge } from './exchange.ts'
import { nameOf } from './exchange.ts'
import { GraphNodes } from './graph-nodes.ts'
import { GraphQlDescription } from './graphql.ts'
import { OpenApiDescription } from './openapi.ts'

export type Descriptions = NonNullable<ProviderCase['descriptions']>

/** Folder with vendors' descriptions, `<vendor>/<file>`; they are the vendors' own and not part of this repository. */
export const descriptionsFolder = process.env['PATCHBAY_VENDOR_DESCRIPTIONS'] ?? ''

export const hasDescriptions = ({ folder, files }: Descriptions): boolean =>
  descriptionsFolder !== '' && files.every((file) => existsSync(join(descriptionsFolder, folder, file)))

/** Files somebody else made of what a vendor writes; they judge, and prove nothing. */
export const isOfficial = (file: string): boolean => !/^(unofficial|derived)-/.test(file)

async function judgeOf(file: string): Promise<Judge> {
  if (file.endsWith('.graphql')) return new GraphQlDescription(file)
  return file.endsWith('-nodes.json') ? new GraphNodes(file) : OpenApiDescription.read(file)
}

/** What the descriptions say of a vendor's exchanges with its provider. */
export interface Review {
  /** Operations of the vendor that were used, as its descriptions name them. */
  readonly operations: ReadonlySet<string>
  readonly judged: number
  /** What was judged by the vendor's own files. */
  readonly official: number
  /** Exchanges the case says are documented in prose only. */
  readonly proseOnly: ReadonlySet<string>
  /** Exchanges no file describes, though the case does not say so. */
  readonly undescribed: ReadonlySet<string>
  readonly faults: readonly string[]
  /** Members of answers that the descriptions do not name. */
  readonly surplus: ReadonlySet<string>
}

/** Holds exchanges against every description of their vendor. */
export async function review(exchanges: readonly Exchange[], described: Descriptions): Promise<Review> {
  const { folder, files, proseOnly = [], outdated } = described
  const judges = await Promise.all(
    files.map(async (file) => ({ file, judge: await judgeOf(join(descriptionsFolder, folder, file)) })),
  )
  const isProse = proseOnly.map(
    (entry) =>
      new RegExp(
        `^${entry
          .split('*')
          .map((part) => literally(part))
          .join('[^/ ]+')}(?: \\d+)?$`,
      ),
  )
  const operations = new Set<string>()
  const prose = new Set<string>()
  const undescribed = new Set<string>()
  const surplus = new Set<string>()
  const faults = new Set<string>()
  let judged = 0
  let official = 0
  for (const exchange of exchanges) {
    const name = nameOf(exchange)
    if (isProse.some((entry) => entry.test(name))) {
      prose.add(name)
      continue
    }
    const verdicts = judges.flatMap(({ file, judge }) => {
      const verdict = judge.judge(exchange)
      return verdict === null ? [] : [{ file, ...verdict }]
    })
    if (verdicts.length === 0) undescribed.add(name)
    else judged += 1
    if (verdicts.some(({ file }) => isOfficial(file))) official += 1
    for (const verdict of verdicts) {
      operations.add(verdict.operation)
      for (const fault of verdict.faults) if (outdated?.test(fault) !== true) faults.add(`${name}: ${fault}`)
      for (const path of verdict.surplus) surplus.add(`${verdict.operation} ${path}`)
    }
  }
  return { operations, judged, official, proseOnly: prose, undescribed, faults: [...faults], surplus }
}
