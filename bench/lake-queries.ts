/**
 * Ten queries of an event data store through the API, StartQuery to the last row of GetQueryResults, against DuckDB alone
 * over the same Parquet in the same run: in this process, with nothing to start, to judge or to keep. The memory of the
 * server and of a query's process is told too.
 *
 * Usage: node bench/lake-queries.ts [--events 100000] [--folder PATH [--load]]
 *
 * With a folder, what is made there stays, and is asked the next time as it is: millions of events are loaded once.
 * `--load` only loads.
 */
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { findServer } from '@cairn/server/local-access'
import { recordFrames } from '@cairn/testkit/fakes/records'
import { watchMemory } from '@cairn/testkit/process-use'
import { callCloudTrail, startCairn } from '@cairn/testkit/running-cairn'
import { DuckDBInstance } from '@duckdb/node-api'

const { values: flags } = parseArgs({
  options: { events: { type: 'string' }, folder: { type: 'string' }, load: { type: 'boolean' } },
})
const events = Number(flags.events ?? 100_000)
const repeats = 3
/** Files that stay the same for so long are not being merged: a day is done in less. */
const restingMs = 15_000

/** Lake's statement, and the engine's own over the stored columns. */
const queries: readonly (readonly [lake: string, engine: string])[] = [
  ['SELECT count(*) FROM $T', 'SELECT count(*) FROM t'],
  [
    'SELECT eventName, count(*) AS n FROM $T GROUP BY eventName ORDER BY n DESC LIMIT 10',
    'SELECT eventname, count(*) AS n FROM t GROUP BY eventname ORDER BY n DESC LIMIT 10',
  ],
  [
    "SELECT eventTime, eventName FROM $T WHERE userIdentity.userName = 'web-112' ORDER BY eventTime LIMIT 100",
    "SELECT eventtime, eventname FROM t WHERE useridentity.username = 'web-112' ORDER BY eventtime LIMIT 100",
  ],
  [
    'SELECT userIdentity.arn, count(*) AS n FROM $T WHERE errorCode IS NOT NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 20',
    'SELECT useridentity.arn, count(*) AS n FROM t WHERE errorcode IS NOT NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 20',
  ],
  [
    "SELECT sourceIPAddress, count(*) FROM $T WHERE errorCode = 'AccessDenied' GROUP BY 1",
    "SELECT sourceipaddress, count(*) FROM t WHERE errorcode = 'AccessDenied' GROUP BY 1",
  ],
  [
    "SELECT date_trunc('day', eventTime) AS day, count(*) FROM $T GROUP BY 1 ORDER BY 1",
    "SELECT date_trunc('day', eventtime) AS day, count(*) FROM t GROUP BY 1 ORDER BY 1",
  ],
  [
    "SELECT element_at(requestParameters, 'roleName') AS role, count(*) FROM $T GROUP BY 1 ORDER BY 2 DESC LIMIT 10",
    "SELECT requestparameters['roleName'] AS role, count(*) FROM t GROUP BY 1 ORDER BY 2 DESC LIMIT 10",
  ],
  ['SELECT count(DISTINCT userIdentity.principalId) FROM $T', 'SELECT count(DISTINCT useridentity.principalid) FROM t'],
  ["SELECT count(*) FROM $T WHERE userAgent LIKE '%Boto3%'", "SELECT count(*) FROM t WHERE useragent LIKE '%Boto3%'"],
  [
    'SELECT awsRegion, eventSource, count(*) FROM $T WHERE NOT readOnly GROUP BY 1, 2',
    'SELECT awsregion, eventsource, count(*) FROM t WHERE NOT readonly GROUP BY 1, 2',
  ],
]

const folder = flags.folder ?? (await mkdtemp(join(tmpdir(), 'cairn-bench-')))
const dataDir = join(folder, 'data')
const isThere = existsSync(dataDir)
const files = join(folder, 'files')
if (!isThere) await makeFiles()

/** At a second and a half from one event to the next. */
async function makeFiles(): Promise<void> {
  await mkdir(files, { recursive: true })
  const source = recordFrames({
    seed: 1,
    startMs: Date.now() - events * 1_500 - 3 * 86_400_000,
    accounts: ['111111111111'],
    regions: ['eu-west-1', 'us-east-1'],
    variety: 500,
  })
  const perFile = 5_000
  for (let made = 0; made < events; made += perFile) {
    const records = Array.from({ length: Math.min(perFile, events - made) }, () =>
      Buffer.from(source.next().value?.bytes ?? []).toString(),
    )
    await writeFile(join(files, `${made}.json.gz`), gzipSync(`{"Records":[${records.join(',')}]}`))
  }
}

const cairn = await startCairn({ dataDir })
try {
  const call = <Answer>(name: string, input: object) => callCloudTrail<Answer>(cairn, name, input)
  const settings = { Name: 'bench', TerminationProtectionEnabled: false }
  if (!isThere) await call('CreateEventDataStore', settings)
  const { EventDataStores } = await call<{ EventDataStores: { EventDataStoreArn: string }[] }>(
    'ListEventDataStores',
    {},
  )
  const id = EventDataStores[0]?.EventDataStoreArn.split('/').at(-1) ?? ''
  if (!isThere) {
    const began = performance.now()
    const imported = await cairn.cairn('import', '--event-data-store', 'bench', files)
    if (imported.code !== 0) throw new RangeError(imported.stderr)
    console.log(`imported ${events} events in ${((performance.now() - began) / 1000).toFixed(1)} s`)
  }

  async function ask(statement: string): Promise<number> {
    const { QueryId } = await call<{ QueryId: string }>('StartQuery', { QueryStatement: statement })
    for (;;) {
      const { QueryStatus, ErrorMessage } = await call<{ QueryStatus: string; ErrorMessage?: string }>(
        'DescribeQuery',
        { QueryId },
      )
      if (QueryStatus === 'FINISHED') break
      if (QueryStatus !== 'QUEUED' && QueryStatus !== 'RUNNING') throw new RangeError(`${statement}: ${ErrorMessage}`)
      await sleep(5)
    }
    const { QueryResultRows } = await call<{ QueryResultRows: readonly unknown[] }>('GetQueryResults', { QueryId })
    return QueryResultRows.length
  }

  const parquet = () => {
    const below = join(cairn.dataDir, 'lake')
    const found = readdirSync(below, { recursive: true, encoding: 'utf8' })
    return found.filter((path) => path.includes(id) && path.endsWith('.parquet')).map((path) => join(below, path))
  }
  // New rows become typed files within a minute or two, and small files larger ones.
  const database = await (await DuckDBInstance.create()).connect()
  for (let [last, since] = ['', 0]; performance.now() - since < restingMs; await sleep(500)) {
    const list = parquet()
      .map((path) => `'${path}'`)
      .join(', ')
    if (list === last || list === '') continue
    await database.run(`CREATE OR REPLACE VIEW t AS SELECT * FROM read_parquet([${list}])`)
    const [[rows] = []] = (await database.runAndReadAll('SELECT count(*) FROM t')).getRows()
    if (Number(rows) >= events) [last, since] = [list, performance.now()]
  }

  if (!flags.load) await askAll()

  async function askAll(): Promise<void> {
    const best = async (work: () => Promise<unknown>) => {
      const times: number[] = []
      for (let round = 0; round < repeats; round += 1) {
        const from = performance.now()
        await work()
        times.push(performance.now() - from)
        // The process that waits for the next query is started behind the last one.
        await sleep(1_500)
      }
      return Math.min(...times)
    }
    using memory = watchMemory(findServer(cairn.dataDir)?.pid ?? 0)
    for (const [lake, engine] of queries) {
      const alone = await best(() => database.runAndReadAll(engine))
      const ours = await best(() => ask(lake.replaceAll('$T', id)))
      const bound = alone * 1.5 + 60
      console.log(
        `${ours.toFixed(0).padStart(6)} ms  alone ${alone.toFixed(0).padStart(5)} ms  ${ours <= bound ? 'within' : 'BEYOND'} 1.5 × + 60 ms  ${engine.slice(0, 70)}`,
      )
    }
    console.log(`memory while they ran: ${memory.text()}`)
  }
} finally {
  await cairn[Symbol.asyncDispose]()
  if (flags.folder === undefined) await rm(folder, { recursive: true, force: true })
}
