import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Tally } from './tally.ts'

/** The part of vitest's JSON report that is read here. */
interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

/** Runs every test in the repository. A focused test (`.only`) is an error in CI, as vitest has it. */
export async function runVitest(
  root: string,
  { isFull, isCi }: { readonly isFull: boolean; readonly isCi: boolean },
): Promise<Tally> {
  const reportFile = join(root, '.cache/vitest-report.json')
  rmSync(reportFile, { force: true })
  const code = await run(root, reportFile, { ...(isFull && { CAIRN_TEST_FULL: '1' }), ...(isCi && { NO_COLOR: '1' }) })
  let report: Report
  try {
    report = JSON.parse(readFileSync(reportFile, 'utf8'))
  } catch {
    return { passed: 0, failed: [`vitest ended with exit code ${code} and left no report`], skipped: [] }
  }
  const tally = tallyOf(report, root)
  // Errors outside of tests, e.g. a promise nobody waited for, show in the exit code only.
  if (code !== 0 && tally.failed.length === 0) return { ...tally, failed: [`vitest ended with exit code ${code}`] }
  return tally
}

export function tallyOf(report: Report, root: string): Tally {
  const failed: string[] = []
  const skipped: string[] = []
  let passed = 0
  for (const file of report.testResults) {
    const path = relative(root, file.name)
    for (const test of file.assertionResults) {
      const name = `${path}: ${test.fullName.trim()}`
      if (test.status === 'passed') passed += 1
      else if (test.status === 'failed') failed.push(name)
      else skipped.push(name)
    }
    const isBroken = file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed')
    if (isBroken) failed.push(`${path}: ${file.message.split('\n')[0] || 'could not be run'}`)
  }
  return { passed, failed, skipped }
}

function run(root: string, reportFile: string, extra: Readonly<Record<string, string>>): Promise<number> {
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`]
  return new Promise((resolve) => {
    const child = spawn(join(root, 'node_modules/.bin/vitest'), args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...extra },
    })
    child.on('error', () => resolve(1))
    child.on('close', (code) => resolve(code ?? 1))
  })
}
