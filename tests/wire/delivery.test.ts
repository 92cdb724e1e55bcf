import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { clients, programOf } from '@cairn/testkit/clients'
import { type RunningCairn, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { expect, test, vi } from 'vitest'

/** What a stock client finds in the bucket of its trail, also after the server was killed in between. */

const client = clients().aws1

interface LogFile {
  readonly key: string
  readonly records: readonly { readonly eventName: string; readonly eventID: string; readonly awsRegion: string }[]
}

test.skipIf(client.kind === 'absent')(
  'calls in three regions are in the bucket as log files, each once, also across a crash',
  { timeout: 120_000 },
  async () => {
    using folder = temporaryFolder()
    const dataDir = join(folder.path, 'data')
    const args = ['--delivery-flush-after', '1s']
    let cairn = await startCairn({ dataDir, args })
    const aws = (...words: string[]) => run(cairn, programOf(client), words)
    try {
      await aws('s3api', 'create-bucket', '--bucket', 'audit')
      const policy = join(folder.path, 'policy.json')
      writeFileSync(policy, (await cairn.cairn('policy', 'bucket', 'audit')).stdout)
      await aws('s3api', 'put-bucket-policy', '--bucket', 'audit', '--policy', `file://${policy}`)
      const trail = ['--name', 'main', '--s3-bucket-name', 'audit', '--is-multi-region-trail']
      const { TrailARN } = JSON.parse(await aws('cloudtrail', 'create-trail', ...trail))
      await aws('cloudtrail', 'start-logging', '--name', 'main')
      for (const region of ['us-east-1', 'eu-west-1', 'ap-south-1']) {
        await aws('cloudtrail', 'describe-trails', '--region', region)
      }
      await cairn.kill()
      cairn = await startCairn({ dataDir, args })
      await aws('cloudtrail', 'list-trails', '--region', 'eu-west-1')

      const files = await vi.waitFor(
        async () => {
          const found = await download(aws, folder.path)
          const names = found.flatMap(({ records }) => records.map(({ eventName }) => eventName))
          expect(names).toEqual(expect.arrayContaining(['StartLogging', 'DescribeTrails', 'ListTrails']))
          return found
        },
        { timeout: 20_000, interval: 500 },
      )
      const records = files.flatMap((file) => file.records)
      expect(
        records
          .filter(({ eventName }) => eventName === 'DescribeTrails')
          .map(({ awsRegion }) => awsRegion)
          .sort(),
      ).toEqual(['ap-south-1', 'eu-west-1', 'us-east-1'])
      expect(new Set(records.map(({ eventID }) => eventID)).size).toBe(records.length)
      for (const { key, records: held } of files) {
        const [, region] =
          /^AWSLogs\/123456789012\/CloudTrail\/([a-z0-9-]+)\/\d{4}\/\d\d\/\d\d\/123456789012_CloudTrail_\1_\d{8}T\d{3}[05]Z_[A-Za-z0-9]{16}\.json\.gz$/.exec(
            key,
          ) ?? []
        expect([...new Set(held.map(({ awsRegion }) => awsRegion))]).toEqual([region])
      }
      const status = JSON.parse(
        await aws('cloudtrail', 'get-trail-status', '--name', TrailARN, '--region', 'eu-west-1'),
      )
      expect(status.LatestDeliveryTime).toEqual(expect.any(Number))
      expect(status.LatestDeliveryAttemptSucceeded).toMatch(/^\d{4}-\d\d-\d\dT/)
      expect(status).not.toHaveProperty('LatestDeliveryError')
    } finally {
      await cairn[Symbol.asyncDispose]()
    }
  },
)

async function run(cairn: RunningCairn, program: string, words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await cairn.run(program, ...words, '--output', 'json')
  expect([code, stderr]).toEqual([0, ''])
  return stdout
}

let downloads = 0

async function download(aws: (...words: string[]) => Promise<string>, folder: string): Promise<readonly LogFile[]> {
  downloads += 1
  const target = join(folder, `download-${downloads}`)
  mkdirSync(target)
  await aws('s3', 'cp', '--quiet', '--recursive', 's3://audit/', target)
  return readdirSync(target, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name)
      const { Records } = JSON.parse(gunzipSync(readFileSync(path)).toString()) as { Records: LogFile['records'] }
      return { key: path.slice(target.length + 1), records: Records }
    })
}
