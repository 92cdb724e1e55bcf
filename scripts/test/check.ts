import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Tally } from './tally.ts'

/** A program whose exit code says whether something holds. It counts as one test. */
export interface Check {
  readonly name: string
  /** Of node_modules/.bin, or on the path. */
  readonly program: string
  readonly args: readonly string[]
}

/** Runs it; its output is shown only when it fails. */
export async function runCheck(check: Check, root: string): Promise<Tally> {
  const startedAtMs = performance.now()
  const { code, output } = await run(check, root)
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1)
  process.stdout.write(`${code === 0 ? '✓' : '✗'} ${check.name} (${seconds} s)\n`)
  if (code === 0) return { passed: 1, failed: [], skipped: [] }
  process.stdout.write(`${output.trimEnd()}\n`)
  return { passed: 0, failed: [check.name], skipped: [] }
}

function run({ program, args }: Check, root: string): Promise<{ readonly code: number; readonly output: string }> {
  const installed = join(root, 'node_modules/.bin', program)
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const child = spawn(existsSync(installed) ? installed : program, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', (error) => resolve({ code: 1, output: error.message }))
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }))
  })
}
