/**
 * Everything that says whether the repository is sound: formatting, types, generated files, unused code, all tests.
 *
 *     npm test              the sizes that fit into a few minutes
 *     npm run test:full     larger ones: CAIRN_TEST_FULL=1
 *
 * Ends with `N passed, N failed` over all of it. What is skipped is counted and named before; with CI=true it is a failure.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { provisionClients } from '../packages/testkit/src/clients/index.ts'
import { type Check, runCheck } from './test/check.ts'
import { addTallies, closingLine, noTally, type Tally } from './test/tally.ts'
import { runVitest } from './test/vitest.ts'

const root = join(import.meta.dirname, '..')
const isFull = process.argv.includes('--full')
const isCi = process.env.CI === 'true'

const checks: readonly Check[] = [
  { name: 'format and lint', program: 'biome', args: ['check', '--error-on-warnings', '.'] },
  { name: 'types', program: 'tsc', args: ['-p', 'tsconfig.json'] },
  { name: 'generated files', program: 'node', args: ['scripts/codegen.ts', '--check'] },
  { name: 'unused code', program: 'knip', args: ['--no-progress'] },
]

mkdirSync(join(root, '.cache'), { recursive: true })
const provisioned = provisionClients()
let total: Tally = noTally
for (const check of checks) total = addTallies(total, await runCheck(check, root))
for (const missing of await provisioned) process.stdout.write(`Without ${missing}\n`)
total = addTallies(total, await runVitest(root, { isFull, isCi }))

if (total.skipped.length > 0) {
  process.stdout.write(`\n${total.skipped.length} skipped${isCi ? ', which CI counts as failed' : ''}:\n`)
  for (const name of total.skipped) process.stdout.write(`  - ${name}\n`)
}
if (total.failed.length > 0) {
  process.stdout.write('\nFailed:\n')
  for (const name of total.failed) process.stdout.write(`  - ${name}\n`)
}
const counted: Tally = isCi ? { ...total, failed: [...total.failed, ...total.skipped], skipped: [] } : total
process.stdout.write(`\n${closingLine(counted)}\n`)
process.exitCode = counted.failed.length === 0 ? 0 : 1
