import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clients, programOf } from '@cairn/testkit/clients'
import { startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { expect, test, vi } from 'vitest'
import { createS3Store } from '../../packages/server/src/storage/s3/index.ts'
import { realStores } from './real-stores.ts'

/** Deliveries and digests into servers that other people wrote, verified from there. */

const client = clients().aws1

test.each(realStores)(
  'a trail delivers into $name, and what it delivered verifies',
  { timeout: 120_000 },
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
    const credentials = join(folder.path, 'credentials')
    const { accessKeyId, secretAccessKey } = server.credentials
    writeFileSync(
      credentials,
      `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
      { mode: 0o600 },
    )
    const stores = [
      {
        name: 'real',
        endpoint: server.endpoint,
        region: 'us-east-1',
        credentials: `file:${credentials}`,
        buckets: [{ name: 'theirs', accounts: ['123456789012'] }],
      },
    ]
    const args = ['--delivery-flush-after', '1s', '--clock', 'test=-1d', '--stores', JSON.stringify(stores)]
    await using cairn = await startCairn({ dataDir: join(folder.path, 'data'), args })
    const aws = async (...words: string[]) => {
      const { code, stderr } = await cairn.run(programOf(client), 'cloudtrail', ...words)
      expect([code, stderr]).toEqual([0, ''])
    }
    const place = ['--s3-bucket-name', 'theirs', '--s3-key-prefix', 'here', '--enable-log-file-validation']
    await aws('create-trail', '--name', 'main', ...place)
    await aws('start-logging', '--name', 'main')
    const files = async (part: string) =>
      (await store.list({ bucket: 'theirs', prefix: 'here/AWSLogs/', limit: 1000 })).objects.filter(({ key }) =>
        key.includes(part),
      )
    const soon = { timeout: 30_000, interval: 500 }
    await vi.waitFor(async () => expect(await files('/CloudTrail/')).not.toHaveLength(0), soon)
    const advanced = await cairn.cairn('clock', 'advance', '2h')
    expect([advanced.code, advanced.stderr]).toEqual([0, ''])
    await vi.waitFor(async () => expect((await files('/CloudTrail-Digest/')).length).toBeGreaterThan(2), soon)
    const verified = await cairn.cairn('verify', 's3://theirs/here/')
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('cairn: 0 findings') })

    const [file] = await files('/CloudTrail/')
    await store.delete('theirs', file?.key ?? '')
    const broken = await cairn.cairn('verify', 's3://theirs/here/')
    expect(broken).toMatchObject({ code: 6, stdout: expect.stringContaining('file-missing') })
  },
)
