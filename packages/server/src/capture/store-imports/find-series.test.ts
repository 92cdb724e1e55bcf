import { describe, expect, it } from 'vitest'
import { bucketWith } from './bucket.fixture.ts'
import { findSeries } from './find-series.ts'

async function seriesOf(keys: readonly string[], prefix = ''): Promise<readonly string[]> {
  const { source } = await bucketWith(...keys)
  const found = await Array.fromAsync(findSeries({ ...source, prefix }))
  return found.map((one) => `${one.kind} ${one.prefix}`).sort()
}

const eu = 'AWSLogs/111111111111/CloudTrail/eu-west-1/2025/01/02/a.json.gz'

describe('series of a bucket', () => {
  it('are one for each account, kind and region, without the logs of other services', async () => {
    const keys = [
      eu,
      'AWSLogs/111111111111/CloudTrail/us-east-1/2025/01/02/b.json.gz',
      'AWSLogs/111111111111/CloudTrail-Digest/eu-west-1/2025/01/02/c.json.gz',
      'AWSLogs/111111111111/Config/eu-west-1/2025/1/2/d.json.gz',
      'AWSLogs/222222222222/elasticloadbalancing/eu-west-1/2025/01/02/e.log',
    ]
    expect(await seriesOf(keys, 'AWSLogs/')).toEqual([
      'by-day AWSLogs/111111111111/CloudTrail-Digest/eu-west-1/',
      'by-day AWSLogs/111111111111/CloudTrail/eu-west-1/',
      'by-day AWSLogs/111111111111/CloudTrail/us-east-1/',
    ])
  })

  it('are found in organisations and behind the prefixes of trails', async () => {
    const keys = [`team/prod/AWSLogs/o-a1b2c3/111111111111/CloudTrail/eu-west-1/2025/01/02/a.json.gz`, `dev/${eu}`]
    expect(await seriesOf(keys)).toEqual([
      'by-day dev/AWSLogs/111111111111/CloudTrail/eu-west-1/',
      'by-day team/prod/AWSLogs/o-a1b2c3/111111111111/CloudTrail/eu-west-1/',
    ])
  })

  it.each([
    { asked: 'AWSLogs/111111111111/CloudTrail/eu-west-1/', is: ['by-day AWSLogs/111111111111/CloudTrail/eu-west-1/'] },
    { asked: 'AWSLogs/111111111111/CloudTrail/', is: ['by-day AWSLogs/111111111111/CloudTrail/eu-west-1/'] },
    {
      asked: 'AWSLogs/111111111111/CloudTrail/eu-west-1/2025/01/',
      is: ['any AWSLogs/111111111111/CloudTrail/eu-west-1/2025/01/'],
    },
    { asked: 'AWSLogs/1111', is: ['any AWSLogs/1111'] },
  ])('begin where they were asked for: $asked', async ({ asked, is }) => {
    expect(await seriesOf([eu], asked)).toEqual(is)
  })

  it('take files that are filed in no way at all as they lie', async () => {
    expect(await seriesOf(['export/x/1.json', 'export/2.json'], 'export/')).toEqual(['any export/'])
    expect(await seriesOf(['loose.json', eu])).toEqual(['by-day AWSLogs/111111111111/CloudTrail/eu-west-1/', 'direct '])
    expect(await seriesOf([])).toEqual(['any '])
  })

  it('are not found by reading a flat folder twice', async () => {
    const { source, listings } = await bucketWith(...Array.from({ length: 3_000 }, (_, index) => `${index}.json`))
    expect(await Array.fromAsync(findSeries(source))).toEqual([{ prefix: '', kind: 'any' }])
    expect(listings()).toHaveLength(1)
  })
})
