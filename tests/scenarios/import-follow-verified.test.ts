import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import { createS3Store } from '@cairn/server/storage/s3'
import type { FollowStatus } from '@cairn/server/store-imports'
import { type RunningCairn, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { expect, test } from 'vitest'
import {
  bucket,
  keyPair,
  makeEvidence,
  type StoredObject,
  signedText,
  textOf,
} from '../../packages/cli/src/offline/evidence.fixture.ts'
import { accessTo } from '../logging-trail.fixture.ts'

/** A bucket that is followed with the public keys of its digests: each digest is checked as it comes. */

async function status(cairn: RunningCairn): Promise<FollowStatus & { readonly code: number }> {
  const { code, stdout } = await cairn.cairn('import', '--list', '--json')
  return { ...JSON.parse(stdout), code }
}

/** The follow, once it was through everything and saw so many findings. */
async function settled(cairn: RunningCairn, findings: number): Promise<FollowStatus & { readonly code: number }> {
  for (const endMs = Date.now() + 60_000; Date.now() < endMs; await sleep(200)) {
    const now = await status(cairn)
    if (now.isSwept && now.findings?.length === findings) return now
  }
  throw new Error(`waited in vain for ${findings} findings: ${JSON.stringify(await status(cairn))}`)
}

test('what is wrong with a followed bucket is named as it comes, and its events are marked', {
  timeout: 180_000,
}, async () => {
  using folder = temporaryFolder()
  await using aws = await startCairn({ dataDir: join(folder.path, 'aws') })
  const { accessKeyId, secretAccessKey } = accessTo(aws).credentials
  const access = { endpoint: aws.endpoint, region: 'us-east-1', pathStyle: true }
  await using store = createS3Store({ ...access, credentials: async () => ({ accessKeyId, secretAccessKey }) })
  await store.createBucket(bucket)
  const put = (key: string, { bytes, metadata }: StoredObject) =>
    store.put({
      bucket,
      key,
      headers: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])),
      body: ReadableStream.from([bytes]),
    })

  const signer = keyPair()
  const { objects, digestKeys, fileKeys } = makeEvidence(signer, { regions: ['eu-west-1'], hours: 6, filesPerHour: 2 })
  const objectOf = (key: string) => objects.get(key) as StoredObject
  for (const key of fileKeys) await put(key, objectOf(key))
  for (const key of digestKeys.slice(0, 4)) await put(key, objectOf(key))

  writeFileSync(
    join(folder.path, 'aws-keys'),
    `aws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n`,
  )
  const prod = { name: 'prod', endpoint: aws.endpoint, region: 'us-east-1', credentials: 'file:aws-keys' }
  const settings = { imports: { followInterval: '1s' }, stores: [{ ...prod, buckets: [{ name: bucket }] }] }
  writeFileSync(join(folder.path, 'cairn.yaml'), JSON.stringify(settings))
  const keysFile = (name: string, { publicKey }: { readonly publicKey: string }) => {
    writeFileSync(join(folder.path, name), JSON.stringify({ PublicKeyList: [{ Value: publicKey }] }))
    return name
  }
  await using running = new AsyncDisposableStack()
  let cairn = running.use(await startCairn({ dataDir: join(folder.path, 'data') }))
  const follow = ['import', `s3://${bucket}/AWSLogs/`, '--from-store', 'prod', '--follow', '--verify-keys']
  const order = async (keys: string) =>
    expect(await cairn.cairn(...follow, keys)).toMatchObject({ code: 0, stderr: '' })
  writeFileSync(join(folder.path, 'nonsense.json'), '{"PublicKeyList":[{"Value":"AAAA"}]}')
  expect(await cairn.cairn(...follow, 'nonsense.json')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('import.keys-invalid'),
  })

  // A stranger's key proves nothing, and is no proof of anything being wrong once the right one is there.
  await order(keysFile('stranger.json', keyPair()))
  const unknown = await settled(cairn, 4)
  expect(new Set(unknown.findings?.map(({ kind }) => kind))).toEqual(new Set(['key-unknown']))
  await order(keysFile('keys.json', signer))
  expect(await settled(cairn, 0)).toMatchObject({ code: 0, unreadable: 0 })

  // Of the next hour one file is changed and one is gone, and an older digest is replaced by another, validly signed one.
  const [changed = '', gone = ''] = fileKeys.slice(6, 8)
  const forged = gunzipSync(objectOf(changed).bytes).toString().replaceAll('GetObject', 'PutObject')
  await put(changed, { bytes: gzipSync(forged), metadata: {} })
  await store.delete(bucket, gone)
  const [, , , replaced = '', next = ''] = digestKeys
  await put(replaced, signedText(textOf(objects.get(replaced)).replace('{', '{ '), signer.privateKey).object)
  await put(next, objectOf(next))
  // They are of a day long ago, so it takes a look at all days to see them: once a day, and at every start.
  await cairn.kill()
  cairn = running.use(await startCairn({ dataDir: join(folder.path, 'data') }))
  const found = await settled(cairn, 3)
  const kinds = found.findings?.map(({ kind, key }) => [kind, key]).sort()
  expect(kinds).toEqual(
    [
      ['digest-replaced', replaced],
      ['file-changed', changed],
      ['file-missing', gone],
    ].sort(),
  )
  expect(found.code).toBe(5)
  const listed = await cairn.cairn('import', '--list')
  expect(listed).toMatchObject({ code: 5, stdout: expect.stringContaining(`file-changed, s3://${bucket}/${changed}`) })

  const { stdout } = await cairn.cairn('lookup', '--json', '--event-name', 'PutObject')
  const marked = stdout.split('\n').flatMap((line) => (line.includes('"event":') ? [JSON.parse(line)] : []))
  expect(marked).toHaveLength(3)
  for (const { failedFiles } of marked) {
    expect(failedFiles).toMatchObject([{ kind: 'file-changed', place: `s3://${bucket}/${changed}` }])
  }
  // What was taken in before it was changed is as it was.
  const sound = await cairn.cairn('lookup', '--json', '--event-name', 'GetObject', '--limit', '1000')
  expect(sound.stdout).not.toContain('failedFiles')
})
