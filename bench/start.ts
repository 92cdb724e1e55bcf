/**
 * Start to first answer, from the sources and packed, and memory at rest; beside them Node itself with a bare server.
 *
 *     node bench/start.ts
 *
 * From the sources it is started as `npm start` does, packed as `npx cairntrail serve`. Each program is started `runs`
 * times on a new data directory and again on the same; the median counts. Memory is the proportional set size of the
 * process after two idle seconds.
 */
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startEnvironment, startFlags } from '@cairn/testkit/running-cairn'

const runs = 3
const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'cairn-bench-start-'))

interface Program {
  readonly words: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

interface Measured {
  readonly firstMs: number
  readonly againMs: number
  readonly pssMiB: number
}

async function startOnce(
  program: Program,
  args: readonly string[],
  idleMs: number,
): Promise<{ readonly ms: number; readonly pssMiB: number }> {
  const startedAt = performance.now()
  const { words, environment } = program
  const env = { ...process.env, ...environment }
  const child = spawn(process.execPath, [...words, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'], env })
  let written = ''
  for await (const chunk of child.stdout) {
    written += String(chunk)
    if (/http:\/\/[\d.:]+/.test(written)) break
  }
  const endpoint = /http:\/\/[\d.:]+/.exec(written)?.[0]
  const answer = await fetch(`${endpoint}/_cairn/health/live`)
  await answer.text()
  const ms = performance.now() - startedAt
  await sleep(idleMs)
  const rollup = readFileSync(`/proc/${child.pid}/smaps_rollup`, 'utf8')
  const pssMiB = Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) / 1024
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
  return { ms, pssMiB }
}

async function measure(program: Program, args: (run: number) => readonly string[]): Promise<Measured> {
  const first: number[] = []
  const again: number[] = []
  const pss: number[] = []
  // Once before, so that the compile cache is there, as it is for everybody but the very first start.
  await startOnce(program, args(-1), 0)
  for (let run = 0; run < runs; run += 1) {
    const made = await startOnce(program, args(run), 0)
    const reopened = await startOnce(program, args(run), 2000)
    first.push(made.ms)
    again.push(reopened.ms)
    pss.push(reopened.pssMiB)
  }
  return { firstMs: median(first), againMs: median(again), pssMiB: median(pss) }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function line(name: string, { firstMs, againMs, pssMiB }: Measured): string {
  const cells = [`${Math.round(firstMs)} ms`, `${Math.round(againMs)} ms`, `${pssMiB.toFixed(0)} MiB`]
  return `${name.padEnd(22)}${cells.map((cell) => cell.padStart(12)).join('')}`
}

try {
  const bare = join(folder, 'bare.mjs')
  writeFileSync(
    bare,
    `import { createServer } from 'node:http'
const server = createServer((_, answer) => answer.end('{}'))
server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port))
process.on('SIGTERM', () => process.exit(0))`,
  )
  const packed = join(folder, 'packed')
  mkdirSync(packed)
  execFileSync('npm', ['pack', '--pack-destination', packed], { cwd: root, stdio: 'ignore' })
  execFileSync('sh', ['-c', 'tar -xzf cairntrail-*.tgz'], { cwd: packed })
  const serve = (name: string) => (run: number) => [
    'serve',
    '--port',
    '0',
    '--data-dir',
    join(folder, `${name}-${run}`),
  ]
  process.stdout.write(`${' '.repeat(22)}${['new', 'again', 'idle PSS'].map((cell) => cell.padStart(12)).join('')}\n`)
  process.stdout.write(`${line('bare node:http', await measure({ words: [bare] }, () => []))}\n`)
  process.stdout.write(
    `${line('cairn, packed', await measure({ words: [join(packed, 'package/bin/cairn.js')] }, serve('packed')))}\n`,
  )
  const source = { words: [...startFlags, join(root, 'packages/cli/bin/cairn.js')], environment: startEnvironment }
  process.stdout.write(`${line('cairn, from source', await measure(source, serve('source')))}\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
