import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { clients, programOf } from '@cairn/testkit/clients'
import { recordFrames } from '@cairn/testkit/fakes/records'
import { startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { expect, test } from 'vitest'
import { createS3Store } from '../../packages/server/src/storage/s3/index.ts'
import { realStores } from './real-stores.ts'

/** Copies of log files that lie in servers of others into an event data store, by the stock client. */

const client = clients().aws1

const account = '123456789012'
/** Enough for a stop while it runs. */
const filesTotal = 300
const recordsPerFile = 250

interface Import {
  readonly ImportId: string
  readonly ImportStatus: string
  readonly ImportStatistics?: Readonly<Record<string, number>>
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

test.each(realStores)(
  'an import from $name stops, goes on, names the one bad file, and takes in every other event once',
  { timeout: 240_000 },
  async ({ start }) => {
    using folder = temporaryFolder()
    await using server = await start()
    await using store = createS3Store({
      endpoint: server.endpoint,
      region: 'us-east-1',
      pathStyle: true,
      credentials: async () => server.credentials,
    })
    await store.createBucket('theirs')
    const source = recordFrames({
      seed: 7,
      startMs: Date.UTC(2026, 2, 1),
      accounts: [account],
      regions: ['us-east-1'],
      variety: 500,
    })
    const put = (name: string, body: Uint8Array) =>
      store.put({ bucket: 'theirs', key: `AWSLogs/${account}/${name}`, headers: {}, body: one(body) })
    for (let file = 0; file < filesTotal; file += 1) {
      const records = Array.from({ length: recordsPerFile }, () => Buffer.from(source.next().value?.bytes ?? []))
      const day = String(1 + (file % 28)).padStart(2, '0')
      const name = `${account}_CloudTrail_us-east-1_202603${day}T0000Z_${String(file).padStart(16, '0')}.json.gz`
      await put(`CloudTrail/us-east-1/2026/03/${day}/${name}`, gzipSync(`{"Records":[${records.join(',')}]}`))
    }
    const bad = `CloudTrail/us-east-1/2026/03/01/${account}_CloudTrail_us-east-1_20260301T0000Z_broken.json.gz`
    await put(bad, gzipSync('{"Records":[]}').subarray(0, 12))
    await put(`CloudTrail-Digest/us-east-1/2026/03/01/${account}_CloudTrail-Digest_x.json.gz`, gzipSync('{}'))

    const credentials = join(folder.path, 'credentials')
    const { accessKeyId, secretAccessKey } = server.credentials
    const profile = `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`
    writeFileSync(credentials, profile, { mode: 0o600 })
    const buckets = [{ name: 'theirs', prefixes: ['AWSLogs/'] }]
    const place = { name: 'real', endpoint: server.endpoint, region: 'us-east-1' }
    const stores = JSON.stringify([{ ...place, credentials: `file:${credentials}`, buckets }])
    await using cairn = await startCairn({ dataDir: join(folder.path, 'data'), args: ['--stores', stores] })
    const aws = async <Answer>(...words: readonly string[]): Promise<Answer> => {
      const { code, stdout, stderr } = await cairn.run(programOf(client), ...words)
      expect([code, stderr]).toEqual([0, ''])
      return JSON.parse(stdout || '{}') as Answer
    }
    const cloudtrail = <Answer>(...words: readonly string[]) => aws<Answer>('cloudtrail', ...words)
    const { EventDataStoreArn: arn } = await cloudtrail<{ EventDataStoreArn: string }>(
      ...['create-event-data-store', '--name', 'all', '--retention-period', '3653', '--no-start-ingestion'],
    )
    const trust = await cairn.cairn('policy', 'import-role', 'theirs', '--trust')
    await aws('iam', 'create-role', '--role-name', 'import', '--assume-role-policy-document', trust.stdout)
    const rights = await cairn.cairn('policy', 'import-role', 'theirs', '--permissions')
    const inline = ['--role-name', 'import', '--policy-name', 'read']
    await aws('iam', 'put-role-policy', ...inline, '--policy-document', rights.stdout)

    const role = `arn:aws:iam::${account}:role/import`
    const location = `S3LocationUri=s3://theirs/AWSLogs/,S3BucketRegion=us-east-1,S3BucketAccessRoleArn=${role}`
    const { ImportId: id } = await cloudtrail<Import>(
      ...['start-import', '--destinations', arn, '--import-source', `S3={${location}}`],
    )
    const get = () => cloudtrail<Import>('get-import', '--import-id', id)
    const until = async (isReached: (one: Import) => boolean): Promise<Import> => {
      for (;;) {
        const one = await get()
        if (isReached(one)) return one
        await sleep(50)
      }
    }
    await until(({ ImportStatistics: numbers }) => (numbers?.FilesCompleted ?? 0) > 0)
    const stopped = await cloudtrail<Import>('stop-import', '--import-id', id)
    expect(stopped.ImportStatus).toBe('STOPPED')
    expect(stopped.ImportStatistics?.FilesCompleted).toBeLessThan(filesTotal)
    expect((await cloudtrail<Import>('start-import', '--import-id', id)).ImportId).toBe(id)
    const ended = await until(({ ImportStatus: status }) => !['INITIALIZING', 'IN_PROGRESS'].includes(status))
    expect(ended).toMatchObject({
      ImportStatus: 'FAILED',
      ImportStatistics: {
        PrefixesFound: 1,
        PrefixesCompleted: 1,
        FilesCompleted: filesTotal,
        EventsCompleted: filesTotal * recordsPerFile,
        FailedEntries: 1,
      },
    })
    const { Failures: failures } = await cloudtrail<{ Failures: object[] }>('list-import-failures', '--import-id', id)
    expect(failures).toMatchObject([{ Location: `s3://theirs/AWSLogs/${account}/${bad}`, Status: 'FAILED' }])

    const listed = async (...filter: readonly string[]) =>
      (await cloudtrail<{ Imports: Import[] }>('list-imports', ...filter)).Imports.map(({ ImportId }) => ImportId)
    expect(await listed('--destination', arn, '--import-status', 'FAILED')).toEqual([id])
    expect(await listed('--import-status', 'COMPLETED')).toEqual([])

    const counted = await cairn.cairn(
      ...['query', '--json', 'SELECT count(*) AS n, count(DISTINCT eventID) AS ids FROM $EDS_ID'],
    )
    const total = filesTotal * recordsPerFile
    expect(JSON.parse(counted.stdout)).toEqual({ n: total, ids: total })
  },
)
