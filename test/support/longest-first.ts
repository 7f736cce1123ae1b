import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What takes longest: a browser, processes that are killed and started again, and walks over all there is. */
const long = [
  /\/chaos\//,
  /\/browser\/accessibility/,
  /\/start\/process/,
  /\/browser\//,
  /\/(api\/export-stream|contract\/(secrets-and-tenants|narrowed-keys)|prisma\/data-folder)\./,
  /-kill\./,
  /\/start\//,
]

const rank = ({ moduleId }: TestSpecification): number => {
  const found = long.findIndex((pattern) => pattern.test(moduleId))
  return found < 0 ? long.length : found
}

/** Starts long files first, so that the last minutes do not wait for one of them alone. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}
