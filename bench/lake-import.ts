/**
 * StartImport of .json.gz files from one of Cairn's buckets into an event data store, until queries see all of it: the
 * whole server, in a process of its own, in which nothing else happens. Beside it, in the same run, what no importer can
 * leave out: inflating and parsing the same files in one thread. The server's memory is told too, and that of the
 * processes that turn new rows into typed files.
 *
 * Usage: node bench/lake-import.ts [--events 100000] [--per-file 1000]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { findServer } from '@cairn/server/local-access'
import { recordFrames } from '@cairn/testkit/fakes/records'
import { processorMs, watchMemory } from '@cairn/testkit/process-use'
import { callCloudTrail, startCairn } from '@cairn/testkit/running-cairn'

const { values: flags } = parseArgs({ options: { events: { type: 'string' }, 'per-file': { type: 'string' } } })
const events = Number(flags.events ?? 100_000)
const perFile = Number(flags['per-file'] ?? 1_000)
const account = '123456789012'

const source = recordFrames({
  seed: 1,
  startMs: Date.now() - 20 * 86_400_000,
  accounts: [account],
  regions: ['us-east-1'],
  variety: 500,
})
const files: Buffer[] = []
for (let made = 0; made < events; made += perFile) {
  const records = Array.from({ length: Math.min(perFile, events - made) }, () =>
    Buffer.from(source.next().value?.bytes ?? []).toString(),
  )
  files.push(gzipSync(`{"Records":[${records.join(',')}]}`))
}

const limitFrom = performance.now()
for (const file of files) JSON.parse(gunzipSync(file).toString())
const limitMs = performance.now() - limitFrom

const folder = await mkdtemp(join(tmpdir(), 'cairn-bench-'))
const cairn = await startCairn({ dataDir: join(folder, 'data') })
try {
  const call = <Answer>(name: string, input: object) => callCloudTrail<Answer>(cairn, name, input)
  const { pid = 0 } = findServer(cairn.dataDir) ?? {}
  await prepare()
  const { EventDataStoreArn } = await call<{ EventDataStoreArn: string }>('CreateEventDataStore', { Name: 'bench' })

  using memory = watchMemory(pid)
  const usedMs = processorMs(pid)
  const from = performance.now()
  const { ImportId } = await call<{ ImportId: string }>('StartImport', {
    Destinations: [EventDataStoreArn],
    ImportSource: {
      S3: {
        S3LocationUri: 's3://logs/AWSLogs/',
        S3BucketRegion: 'us-east-1',
        S3BucketAccessRoleArn: `arn:aws:iam::${account}:role/import`,
      },
    },
  })
  for (;;) {
    const { ImportStatus, ImportStatistics } = await call<{
      ImportStatus: string
      ImportStatistics: { readonly EventsCompleted: number }
    }>('GetImport', { ImportId })
    if (ImportStatus === 'FAILED') throw new RangeError('the import failed')
    if (ImportStatus !== 'COMPLETED') await sleep(100)
    else if (ImportStatistics.EventsCompleted === events) break
    else throw new RangeError(`${ImportStatistics.EventsCompleted} events`)
  }
  const tookMs = performance.now() - from
  const micros = ((processorMs(pid) - usedMs) * 1000) / events
  const rate = (ms: number) => `${Math.round(events / (ms / 1000)).toLocaleString('en')} events/s`
  console.log(`limit, gunzip + JSON.parse, one thread: ${rate(limitMs)}`)
  console.log(`imported, all of it in queries: ${rate(tookMs)} (${(limitMs / tookMs).toFixed(2)} of the limit)`)
  console.log(`processor time of the server: ${micros.toFixed(1)} µs an event`)
  console.log(`memory: ${memory.text()}`)
} finally {
  await cairn[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
}

/** A bucket with the files, and a role that may read it. */
async function prepare(): Promise<void> {
  const credentials = {
    accessKeyId: cairn.environment.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: cairn.environment.AWS_SECRET_ACCESS_KEY ?? '',
  }
  const options = { region: 'us-east-1', endpoint: cairn.endpoint, credentials }
  const s3 = new S3Client({ ...options, forcePathStyle: true })
  await s3.send(new CreateBucketCommand({ Bucket: 'logs' }))
  for (const [index, Body] of files.entries()) {
    const day = String(1 + (index % 28)).padStart(2, '0')
    const name = `${String(index).padStart(6, '0')}.json.gz`
    const Key = `AWSLogs/${account}/CloudTrail/us-east-1/2025/01/${day}/${name}`
    await s3.send(new PutObjectCommand({ Bucket: 'logs', Key, Body }))
  }
  const iam = new IAMClient(options)
  const document = async (kind: string) => (await cairn.cairn('policy', 'import-role', 'logs', `--${kind}`)).stdout
  const AssumeRolePolicyDocument = await document('trust')
  await iam.send(new CreateRoleCommand({ RoleName: 'import', AssumeRolePolicyDocument }))
  const PolicyDocument = await document('permissions')
  await iam.send(new PutRolePolicyCommand({ RoleName: 'import', PolicyName: 'import', PolicyDocument }))
}
