import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { clients, programOf } from '@cairn/testkit/clients'
import { startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { expect, test, vi } from 'vitest'

/** A trail with a KMS key, as a stock client makes it, reads it and loses it. */

const client = clients().aws1

test.skipIf(client.kind === 'absent')(
  'log files and digests of a trail with a KMS key are read by those who may use the key, and validate',
  { timeout: 120_000 },
  async () => {
    using folder = temporaryFolder()
    const dataDir = join(folder.path, 'data')
    await using cairn = await startCairn({ dataDir, args: ['--delivery-flush-after', '1s', '--clock', 'test=-1d'] })
    const run = (...words: string[]) => cairn.run(programOf(client), ...words, '--output', 'json')
    const aws = async (...words: string[]) => {
      const { code, stdout, stderr } = await run(...words)
      expect([code, stderr]).toEqual([0, ''])
      return stdout
    }
    const file = (name: string, content: unknown) => {
      writeFileSync(join(folder.path, name), typeof content === 'string' ? content : JSON.stringify(content))
      return `file://${join(folder.path, name)}`
    }
    await aws('s3api', 'create-bucket', '--bucket', 'audit')
    const policy = file('policy.json', (await cairn.cairn('policy', 'bucket', 'audit')).stdout)
    await aws('s3api', 'put-bucket-policy', '--bucket', 'audit', '--policy', policy)
    const { KeyMetadata: key } = JSON.parse(await aws('kms', 'create-key'))
    await aws('kms', 'create-alias', '--alias-name', 'alias/audit', '--target-key-id', key.KeyId)
    const trail = ['--name', 'main', '--s3-bucket-name', 'audit', '--enable-log-file-validation']
    const withKey = (id: string) => run('cloudtrail', 'create-trail', ...trail, '--kms-key-id', id)
    expect((await withKey('alias/none')).stderr).toContain('(KmsKeyNotFoundException)')
    // The default policy of a key knows nothing of CloudTrail.
    expect((await withKey('alias/audit')).stderr).toContain('(InsufficientEncryptionPolicyException)')
    const printed = async (...words: string[]) => {
      const { stdout } = await cairn.cairn('policy', 'key', ...words)
      return file('key-policy.json', stdout)
    }
    const give = (policy: string) =>
      aws('kms', 'put-key-policy', '--key-id', key.KeyId, '--policy-name', 'default', '--policy', policy)
    await give(await printed('--trail', 'other', '--region', 'us-east-1'))
    expect((await withKey('alias/audit')).stderr).toContain('(InsufficientEncryptionPolicyException)')
    await give(await printed('--trail', 'main', '--region', 'us-east-1'))
    const created = JSON.parse(await aws('cloudtrail', 'create-trail', ...trail, '--kms-key-id', 'alias/audit'))
    expect(created.KmsKeyId).toBe(key.Arn)
    await aws('cloudtrail', 'start-logging', '--name', 'main')

    const keys = async (part: string) => {
      const listed = JSON.parse((await aws('s3api', 'list-objects-v2', '--bucket', 'audit')) || '{}')
      const found: string[] = (listed.Contents ?? []).map(({ Key }: { Key: string }) => Key)
      return found.filter((name) => name.includes(part))
    }
    const [first = ''] = await vi.waitFor(
      async () => {
        const found = await keys('/CloudTrail/')
        expect(found).not.toHaveLength(0)
        return found
      },
      { timeout: 20_000, interval: 500 },
    )
    const head = JSON.parse(await aws('s3api', 'head-object', '--bucket', 'audit', '--key', first))
    expect(head).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.Arn, ContentEncoding: 'gzip' })
    const copy = join(folder.path, 'copy.gz')
    await aws('s3api', 'get-object', '--bucket', 'audit', '--key', first, copy)
    expect(JSON.parse(gunzipSync(readFileSync(copy)).toString()).Records).not.toHaveLength(0)

    await cairn.cairn('clock', 'advance', '3h')
    await vi.waitFor(async () => expect((await keys('Digest')).length).toBeGreaterThanOrEqual(4), { timeout: 20_000 })
    const started = new Date(Date.now() - 86_400_000 - 60_000).toISOString()
    const range = ['--trail-arn', created.TrailARN, '--start-time', started]
    const validated = await cairn.run(programOf(client), 'cloudtrail', 'validate-logs', ...range)
    expect([validated.code, validated.stderr]).toEqual([0, ''])
    expect(validated.stdout).toMatch(/(\d+)\/\1 digest files valid[\s\S]*(\d+)\/\2 log files valid/)
    const verified = await cairn.cairn('verify', 's3://audit')
    expect(verified.stdout).toContain('0 findings')

    await aws('kms', 'disable-key', '--key-id', key.KeyId)
    const refused = await run('s3api', 'get-object', '--bucket', 'audit', '--key', first, copy)
    expect(refused.stderr).toContain('(KMS.DisabledException)')
    const status = () => run('cloudtrail', 'get-trail-status', '--name', 'main')
    await vi.waitFor(
      async () =>
        expect(JSON.parse((await status()).stdout)).toMatchObject({ LatestDeliveryError: 'KMS.DisabledException' }),
      { timeout: 20_000, interval: 500 },
    )
    // What waits is told of the trail by its name to the operator, and to nobody else.
    const queue = `{trail="${created.TrailARN}",bucket="audit"}`
    const metrics = (await cairn.cairn('metrics')).stdout
    expect(Number(metrics.split(`cairn_delivery_trail_queue_events${queue} `)[1]?.split('\n')[0])).toBeGreaterThan(0)
    expect(metrics).toContain(`cairn_delivery_trail_failing${queue} 1\n`)
    expect((await cairn.cairn('status')).stdout).toMatch(/^delivery +main → audit: \d+ events? .*failed$/m)
    const open = await (await fetch(`${cairn.endpoint}/_cairn/metrics`)).text()
    expect(open).toMatch(/^cairn_delivery_failing_trails 1$/m)
    expect(open).not.toContain('trail=')
    const before = (await keys('/CloudTrail/')).length
    await aws('kms', 'enable-key', '--key-id', key.KeyId)
    await vi.waitFor(async () => expect((await keys('/CloudTrail/')).length).toBeGreaterThan(before), {
      timeout: 20_000,
      interval: 500,
    })
    expect(JSON.parse((await status()).stdout)).not.toHaveProperty('LatestDeliveryError')
  },
)
