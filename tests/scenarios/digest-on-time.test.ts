import { join } from 'node:path'
import { GetTrailStatusCommand } from '@aws-sdk/client-cloudtrail'
import { startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { expect, test, vi } from 'vitest'
import { startTrail } from '../logging-trail.fixture.ts'

test('a digest is in the bucket when its hour is over, by itself', { timeout: 90_000 }, async () => {
  using folder = temporaryFolder()
  await using cairn = await startCairn({ dataDir: join(folder.path, 'data'), args: ['--clock', 'test=-1d'] })
  using trail = await startTrail(cairn)
  const { StartLoggingTime } = await trail.trails.send(new GetTrailStatusCommand({ Name: 'main' }))
  // The clock is set forward to some seconds before the hour is over, and then goes on as clocks do.
  expect(await cairn.cairn('clock', 'advance', '3585s')).toMatchObject({ code: 0 })
  const digests = async () => (await trail.objects()).filter(({ Key }) => Key?.includes('CloudTrail-Digest'))
  expect(await digests()).toHaveLength(1)
  const [, hourly] = await vi.waitFor(
    async () => {
      const found = await digests()
      expect(found).toHaveLength(2)
      return found
    },
    { timeout: 40_000, interval: 250 },
  )
  // Hours are counted from the second in which logging began.
  const boundaryMs = Math.floor((StartLoggingTime?.getTime() ?? 0) / 1000) * 1000 + 3_600_000
  const name = new Date(boundaryMs).toISOString().replaceAll(/[-:]|\.000/g, '')
  expect(hourly?.Key).toContain(`_${name}.json.gz`)
  const lateMs = (hourly?.LastModified?.getTime() ?? 0) - boundaryMs
  expect(lateMs).toBeGreaterThanOrEqual(0)
  // It is some hundred milliseconds where nothing else runs; a busy machine may take its time.
  expect(lateMs).toBeLessThanOrEqual(10_000)
})
