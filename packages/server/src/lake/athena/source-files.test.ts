import { expect, test } from 'vitest'
import { createMemoryObjectStore } from '../../storage/memory/object-store.ts'
import { bucketFiles } from './source-files.ts'

const key = (account: string, region: string, day = '2026/01/10', root = 'AWSLogs') =>
  `${root}/${account}/CloudTrail/${region}/${day}/x.json.gz`
const keys = [
  key('111111111111', 'us-east-1'),
  key('111111111111', 'eu-west-1'),
  key('222222222222', 'us-east-1', '2026/01/10', 'mine/AWSLogs/o-abc123'),
  key('111111111111', 'us-east-1', '2026/02/01'),
  'copied/by/hand.json.gz',
  key('111111111111', 'us-east-1').replace('CloudTrail', 'CloudTrail-Digest'),
]

test('only folders that a statement can mean are read, and what lies in none', async () => {
  const objects = createMemoryObjectStore({ clock: { nowMs: () => 0 } })
  await objects.createBucket('logs')
  for (const name of keys) {
    const body = (async function* () {
      yield Buffer.from('{}')
    })()
    await objects.put({ bucket: 'logs', key: name, headers: {}, body })
  }
  const read = async (bounds: Partial<Parameters<typeof bucketFiles>[2]>) => {
    const place = { bucket: 'logs', prefix: '' }
    const all = { eventTime: {}, partitions: {}, ...bounds }
    const files = await Array.fromAsync(bucketFiles({ objects }, place, all, new AbortController().signal))
    return files.map(({ name }) => keys.indexOf(name.replace('s3://logs/', ''))).sort()
  }
  expect(await read({})).toEqual([0, 1, 2, 3, 4])
  expect(await read({ partitions: { region: ['us-east-1'] } })).toEqual([0, 2, 3, 4])
  expect(await read({ partitions: { account: ['222222222222'], region: ['us-east-1', 'x'] } })).toEqual([2, 4])
  expect(await read({ partitions: { region: [] } })).toEqual([4])
  const toMs = Date.UTC(2026, 0, 11)
  expect(await read({ eventTime: { toMs }, partitions: { region: ['us-east-1'] } })).toEqual([0, 2, 4])
})
