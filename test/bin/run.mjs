// The one test command. Runs under any Node from 20 on: prepares the workspace, checks it, then runs every suite on
// the embedded database and once more on PostgreSQL.
//   npm test                     everything
//   npm test -- --engine pglite  one engine only
//   npm test -- api/people       only files whose path contains the words
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { prepare } from '../../server/bin/prepare.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const artifacts = join(root, 'test/.artifacts')
// Three hundred processes load the same modules: they are compiled once, and `npm start` takes them from there as well.
const compiled = join(root, 'node_modules/.patchbay/compiled')
const bin = join(root, 'node_modules/.bin')

const words = process.argv.slice(2)
const engineAt = words.indexOf('--engine')
const engines = engineAt < 0 ? ['pglite', 'postgres'] : words.splice(engineAt, 2).slice(1)
const startedAt = Date.now()

/** Runs a command of the workspace; resolves with its exit code. */
function run(command, args, env = {}, cwd = root) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32',
      env: {
        NODE_COMPILE_CACHE: compiled,
        ...process.env,
        ...env,
        PATH: [bin, process.env.PATH].join(delimiter),
        FORCE_COLOR: process.env.CI ? '0' : '1',
      },
    })
    child.on('error', () => resolve(1))
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

const seconds = () => `${Math.round((Date.now() - startedAt) / 1000)} s`

await prepare({ client: true })
mkdirSync(artifacts, { recursive: true })

let failedSteps = 0
if (words.length === 0) {
  const types = [['types', 'tsc', ['--noEmit']]]
  const others = [
    ['lint', 'eslint', ['.', '--max-warnings', '0']],
    ['format', 'prettier', ['--check', '--log-level', 'warn', '.']],
    [
      'client types',
      'svelte-check',
      ['--tsconfig', './tsconfig.json', '--output', 'human-verbose'],
      join(root, 'client'),
    ],
  ]
  const inTurn = async (checks) => {
    for (const [name, command, args, cwd] of checks) {
      const local = cwd ? join(cwd, 'node_modules/.bin', command) : join(bin, command)
      const code = await run(local, args, {}, cwd)
      console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds()})`)
      if (code !== 0) failedSteps++
    }
  }
  // Types take as long as all the others together.
  await Promise.all([inTurn(types), inTurn(others)])
}

let passed = 0
let failed = 0
let skipped = 0
for (const engine of engines) {
  const report = join(artifacts, `report-${engine}.json`)
  console.log(`\nSuites on ${engine === 'pglite' ? 'the embedded database' : 'PostgreSQL'} (${seconds()})`)
  const code = await run(
    join(root, 'test/node_modules/.bin/vitest'),
    [
      'run',
      '--config',
      'vitest.config.ts',
      '--reporter',
      'default',
      '--reporter',
      'json',
      '--outputFile.json',
      report,
      ...words,
    ],
    { PATCHBAY_TEST_ENGINE: engine },
    join(root, 'test'),
  )
  if (code !== 0) failedSteps++
  try {
    const totals = JSON.parse(readFileSync(report, 'utf8'))
    passed += totals.numPassedTests
    failed += totals.numFailedTests
    skipped += totals.numPendingTests + totals.numTodoTests
  } catch {
    console.log('The suites ended without a report.')
  }
}

if (failed === 0 && failedSteps > 0) failed = failedSteps
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
console.log(`took ${seconds()}`)
process.exit(failedSteps > 0 || failed > 0 || passed === 0 ? 1 : 0)
