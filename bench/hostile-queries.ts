/**
 * How long LookupEvents takes while queries that mean harm run on event data stores, and without them, in the same run.
 *
 * Usage: node bench/hostile-queries.ts [--events 20000] [--seconds 6] [--only <number of a statement>]
 *
 * What is promised: p99 with them stays below three times p99 without.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { recordFrames } from '@cairn/testkit/fakes/records'
import { callCloudTrail, startCairn } from '@cairn/testkit/running-cairn'

const { values: flags } = parseArgs({
  options: { events: { type: 'string' }, seconds: { type: 'string' }, only: { type: 'string' } },
})
const events = Number(flags.events ?? 20_000)
const seconds = Number(flags.seconds ?? 6)

/** Whoever looks things up; each waits a little between two questions, as people and programs do. */
const askers = 2
const pauseMs = 5
/** More than run at once: there is always another one. */
const attackers = 4

/** All are allowed statements: what the gate refuses costs nothing. */
const known: readonly string[] = [
  'SELECT count(*) FROM $T a, $T b, $T c WHERE a.eventID < b.eventID AND b.eventID < c.eventID',
  'SELECT array_agg(x) FROM UNNEST(sequence(1, 10000)) AS t (x), $T a, $T b',
  "SELECT max(length(rpad('x', 1000000, eventID))) FROM $T",
  "SELECT count(*) FROM $T WHERE regexp_like(eventJson, '(a+)+$') OR regexp_like(eventJson, '(.*a){20}')",
  'SELECT eventID, eventJson FROM $T UNION ALL SELECT a.eventID, b.eventJson FROM $T a, $T b',
  'SELECT DISTINCT a.eventJson, b.eventJson FROM $T a, $T b ORDER BY 1, 2',
]
const hostile = flags.only === undefined ? known : known.slice(Number(flags.only), Number(flags.only) + 1)

const folder = await mkdtemp(join(tmpdir(), 'cairn-bench-'))
const files = join(folder, 'files')
await mkdir(files)
const source = recordFrames({
  seed: 3,
  startMs: Date.now() - 86_400_000,
  accounts: ['123456789012'],
  regions: ['us-east-1'],
  variety: 500,
})
const perFile = 5_000
for (let made = 0; made < events; made += perFile) {
  const records = Array.from({ length: perFile }, () => Buffer.from(source.next().value?.bytes ?? []).toString())
  await writeFile(join(files, `${made}.json.gz`), gzipSync(`{"Records":[${records.join(',')}]}`))
}

const cairn = await startCairn({ dataDir: join(folder, 'data') })
try {
  const call = <Answer>(name: string, input: object) => callCloudTrail<Answer>(cairn, name, input)
  const settings = { Name: 'bench', TerminationProtectionEnabled: false }
  const { EventDataStoreArn: arn } = await call<{ EventDataStoreArn: string }>('CreateEventDataStore', settings)
  for (const words of [
    ['import', files],
    ['import', '--event-data-store', 'bench', files],
  ]) {
    const imported = await cairn.cairn(...words)
    if (imported.code !== 0) throw new RangeError(imported.stderr)
  }

  /** Times of LookupEvents, in milliseconds, sorted. */
  async function lookUp(forSeconds: number): Promise<readonly number[]> {
    const end = performance.now() + forSeconds * 1_000
    const times: number[] = []
    const ask = async () => {
      while (performance.now() < end) {
        const from = performance.now()
        const LookupAttributes = [{ AttributeKey: 'ReadOnly', AttributeValue: 'false' }]
        await call('LookupEvents', { LookupAttributes, MaxResults: 20 })
        times.push(performance.now() - from)
        await sleep(pauseMs)
      }
    }
    await Promise.all(Array.from({ length: askers }, ask))
    return times.sort((a, b) => a - b)
  }

  const states = new Map<string, number>()
  /** Runs hostile queries one after the other until told to stop; the last one is cancelled. */
  async function attack(first: number, stopped: AbortSignal): Promise<void> {
    const id = arn.split('/').at(-1) ?? ''
    for (let at = first; !stopped.aborted; at += 1) {
      const QueryStatement = (hostile[at % hostile.length] ?? '').replaceAll('$T', id)
      const { QueryId } = await call<{ QueryId: string }>('StartQuery', { QueryStatement })
      for (;;) {
        const { QueryStatus } = await call<{ QueryStatus: string }>('DescribeQuery', { QueryId })
        const hasEnded = QueryStatus !== 'QUEUED' && QueryStatus !== 'RUNNING'
        if (hasEnded) states.set(QueryStatus, (states.get(QueryStatus) ?? 0) + 1)
        if (hasEnded || stopped.aborted) break
        await sleep(200)
      }
      // Some hang on a cross join: each has its turn.
      await call('CancelQuery', { QueryId }).catch(() => undefined)
    }
  }

  const show = (what: string, times: readonly number[]) => {
    const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
    const line = `${what.padEnd(8)} p50 ${at(0.5).toFixed(1)} ms  p99 ${at(0.99).toFixed(1)} ms  (${times.length} calls)`
    console.log(line)
    return at(0.99)
  }

  await lookUp(2)
  const idle = show('idle', await lookUp(seconds))
  const stop = new AbortController()
  const attacks = Array.from({ length: attackers }, (_, first) => attack(first, stop.signal))
  await sleep(1_000)
  const busy = show('hostile', await lookUp(seconds))
  stop.abort()
  await Promise.all(attacks)
  const ended = [...states].map(([state, count]) => `${count} ${state}`).join(', ') || 'none'
  console.log(`hostile queries that ended meanwhile: ${ended}`)
  const ratio = busy / idle
  console.log(`p99 with hostile queries / without: ${ratio.toFixed(2)} (${ratio < 3 ? 'within' : 'BEYOND'} 3)`)
} finally {
  await cairn[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
}
