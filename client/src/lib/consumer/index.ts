import go from './verify.go?raw'
import php from './verify.php?raw'
import python from './verify.py?raw'
import typescript from './verify.ts?raw'

/** How a consumer verifies a delivery: whole files to copy, the same that the tests run. */
export const examples = [
  { value: 'typescript', label: 'TypeScript', code: typescript },
  { value: 'python', label: 'Python', code: python },
  { value: 'php', label: 'PHP', code: php },
  { value: 'go', label: 'Go', code: go },
] as const
export type Example = (typeof examples)[number]['value']
