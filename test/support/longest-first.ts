import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Folders whose files take longest: a browser, or processes that are killed and started again. */
const long = [/\/browser\/accessibility/, /\/chaos\//, /\/start\//, /\/browser\//]

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
