/**
 * `cairn query --files`: one user name among the events of 200 .json.gz files, against `zcat | jq` over the same files in
 * the same run, and against `rg -z` where it is installed. Wall time and processor time: the second does not depend on
 * what else the machine does. Counts are compared, so what is measured is also right.
 *
 * Usage: node bench/query-files.ts [--events 100000] [--files 200]
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { recordFrames } from '@cairn/testkit/fakes/records'

const { values: flags } = parseArgs({ options: { events: { type: 'string' }, files: { type: 'string' } } })
const events = Number(flags.events ?? 100_000)
const fileCount = Number(flags.files ?? 200)
const cairn = new URL('../packages/cli/bin/cairn.js', import.meta.url).pathname
const user = 'web-1126'

async function makeFiles(folder: string): Promise<void> {
  const source = recordFrames({
    seed: 1,
    startMs: Date.parse('2025-03-01T00:00:00Z'),
    accounts: ['111111111111'],
    regions: ['eu-west-1'],
    variety: 2_000,
  })
  for (let made = 0; made < fileCount; made += 1) {
    const records: string[] = []
    while (records.length < events / fileCount) {
      const frame = source.next().value
      if (frame) records.push(Buffer.from(frame.bytes).toString())
    }
    await writeFile(join(folder, `${made}.json.gz`), gzipSync(`{"Records":[${records.join(',')}]}`))
  }
}

interface Measured {
  readonly seconds: number
  /** Of all processes and threads. */
  readonly cpuSeconds: number
  readonly answer: string
}

/** Measured by the shell, whose `times` counts what it waited for. */
function measure(command: string): Measured {
  const began = performance.now()
  const { stdout, stderr, status } = spawnSync('bash', ['-c', `${command}; times >&2`], {
    encoding: 'utf8',
    maxBuffer: 1e9,
  })
  if (status !== 0 && stdout === '') throw new RangeError(`${command}: ${stderr}`)
  const seconds = (performance.now() - began) / 1000
  const children = stderr.trim().split('\n').at(-1) ?? ''
  const cpuSeconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + Number(m) * 60 + Number(s),
    0,
  )
  return { seconds, cpuSeconds, answer: stdout.trim() }
}

const show = (name: string, { seconds, cpuSeconds, answer }: Measured) =>
  console.log(
    `${name.padEnd(12)} ${seconds.toFixed(1).padStart(6)} s  ${cpuSeconds.toFixed(1).padStart(6)} s CPU  → ${answer}`,
  )

const folder = await mkdtemp(join(tmpdir(), 'cairn-bench-'))
try {
  await makeFiles(folder)
  const statement = `SELECT count(*) AS n FROM logs WHERE userIdentity.userName = '${user}'`
  const ours = measure(
    `'${process.execPath}' '${cairn}' query --files '${folder}/*.json.gz' --csv "${statement}" 2>/dev/null | tail -1 | tr -d '"'`,
  )
  show('cairn', ours)
  const jq = measure(
    `zcat '${folder}'/*.json.gz | jq -c '.Records[] | select(.userIdentity.userName == "${user}") | .eventName' | wc -l`,
  )
  show('zcat | jq', jq)
  if (ours.answer !== jq.answer) throw new RangeError('the counts differ')
  console.log(
    `faster than zcat | jq: ${(jq.seconds / ours.seconds).toFixed(1)} × by the clock, ${(jq.cpuSeconds / ours.cpuSeconds).toFixed(1)} × in processor time`,
  )
  if (isInstalled('rg')) {
    const rg = measure(`rg -z -o '"userName":"${user}"' '${folder}' | wc -l`)
    show('rg -z', rg)
    console.log(`against rg -z: ${(rg.seconds / ours.seconds).toFixed(1)} ×`)
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}

function isInstalled(program: string): boolean {
  try {
    execFileSync('which', [program])
    return true
  } catch {
    return false
  }
}
