import { describe, expect, test } from 'vitest'
import { createMemoryCatalog } from '../storage/memory/catalog.ts'
import {
  createTrailMatcher,
  createTrails,
  type EventVersions,
  type Trail,
  type TrailEvent,
  trailEvent,
} from './index.ts'
import { aTrail } from './trail.fixture.ts'

const noCause = { intentId: undefined }
const account = '111122223333'
const eventIn = (region: string, record: object = {}) =>
  trailEvent({ account, region }, { eventSource: 'ec2.amazonaws.com', eventName: 'RunInstances', ...record })

async function matching(...kept: Trail[]) {
  const catalog = createMemoryCatalog()
  const trails = createTrails(catalog)
  for (const trail of kept) await trails.create(noCause, trail)
  const matcher = createTrailMatcher(catalog)
  const names = (event: TrailEvent, versions: EventVersions = { catalogVersion: catalog.version }) => {
    const found = matcher.match(event, versions).map(({ name }) => name)
    // Whoever is told that nobody is concerned does not ask.
    expect(found.length === 0 || matcher.concerns(event.account, versions)).toBe(true)
    return found
  }
  return { catalog, trails, names, matcher }
}

describe('regions', () => {
  test('a trail of one region takes what happens there, one of all regions everything', async () => {
    const { names } = await matching(
      aTrail({ name: 'here' }),
      aTrail({ name: 'there', homeRegion: 'us-west-2' }),
      aTrail({ name: 'all', homeRegion: 'us-west-2', isMultiRegion: true }),
    )
    expect(names(eventIn('eu-west-1'))).toEqual(['here', 'all'])
    expect(names(eventIn('us-west-2'))).toEqual(['all', 'there'])
    expect(names(eventIn('cloud-7'))).toEqual(['all'])
  })

  test('events of global services reach trails that include them, single-region ones in the leading region only', async () => {
    const { names } = await matching(
      aTrail({ name: 'eu-with' }),
      aTrail({ name: 'us-with', homeRegion: 'us-east-1' }),
      aTrail({ name: 'us-without', homeRegion: 'us-east-1', includesGlobalServiceEvents: false }),
      aTrail({ name: 'all', isMultiRegion: true }),
    )
    expect(names(eventIn('us-east-1', { eventSource: 'iam.amazonaws.com' }))).toEqual(['all', 'us-with'])
    expect(names(eventIn('us-east-1'))).toEqual(['all', 'us-with', 'us-without'])
    // A regional endpoint of such a service is no global event.
    expect(names(eventIn('eu-west-1', { eventSource: 'sts.amazonaws.com' }))).toEqual(['all', 'eu-with'])
  })
})

describe('who takes nothing', () => {
  test('an account whose trails do not log is not concerned, before or after the change that started one', async () => {
    const { catalog, trails, matcher } = await matching(aTrail({ name: 'stopped', isLogging: false }))
    const before = catalog.version
    expect(matcher.concerns(account, { catalogVersion: before })).toBe(false)
    await trails.edit(noCause, { account, region: 'eu-west-1', name: 'stopped' }, (trail) => ({
      ...trail,
      isLogging: true,
    }))
    expect(matcher.concerns(account, { catalogVersion: before })).toBe(false)
    expect(matcher.concerns(account, { catalogVersion: before, catalogVersionAfter: catalog.version })).toBe(true)
    expect(matcher.concerns('444455556666', { catalogVersion: catalog.version })).toBe(false)
  })

  test('a trail that does not log, and one of another account', async () => {
    const { names } = await matching(
      aTrail({ name: 'stopped', isLogging: false }),
      aTrail({ name: 'foreign', account: '444455556666' }),
    )
    expect(names(eventIn('eu-west-1'))).toEqual([])
  })

  test('a trail that does not log itself leaves out its own deliveries and nothing else', async () => {
    const selectors = {
      kind: 'advanced',
      shown: [
        {
          FieldSelectors: [
            { Field: 'eventCategory', Equals: ['Data'] },
            { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
          ],
        },
      ],
    } as const
    const { names } = await matching(
      aTrail({ name: 'itself', selectors }),
      aTrail({ name: 'others', selectors, logsItself: false }),
    )
    const put = {
      eventCategory: 'Data',
      eventSource: 's3.amazonaws.com',
      eventName: 'PutObject',
      resources: [{ type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::audit/x' }],
    }
    expect(names(eventIn('eu-west-1', put))).toEqual(['itself', 'others'])
    const own = { ...put, userIdentity: { type: 'AWSService', invokedBy: 'cloudtrail.amazonaws.com' } }
    expect(names(eventIn('eu-west-1', own))).toEqual(['itself'])
  })
})

describe('versions', () => {
  const place = { account, region: 'eu-west-1', name: 'main' }

  test('an event is held against the trails of its own version, whatever became of them', async () => {
    const { catalog, trails, names } = await matching(aTrail())
    const logging = catalog.version
    await trails.edit(noCause, place, (trail) => ({ ...trail, isLogging: false }))
    const stopped = catalog.version
    await trails.remove(noCause, place)
    expect(names(eventIn('eu-west-1'), { catalogVersion: logging })).toEqual(['main'])
    expect(names(eventIn('eu-west-1'), { catalogVersion: stopped })).toEqual([])
    expect(names(eventIn('eu-west-1'))).toEqual([])
  })

  test('the call that starts or stops a trail is taken by it, once', async () => {
    const { catalog, trails, names } = await matching(aTrail())
    const catalogVersion = catalog.version
    await trails.edit(noCause, place, (trail) => ({ ...trail, isLogging: false }))
    const stop = { catalogVersion, catalogVersionAfter: catalog.version }
    expect(names(eventIn('eu-west-1'), stop)).toEqual(['main'])
    const start = { catalogVersion: catalog.version, catalogVersionAfter: catalogVersion }
    expect(names(eventIn('eu-west-1'), start)).toEqual(['main'])
    expect(names(eventIn('eu-west-1'), { catalogVersion, catalogVersionAfter: catalogVersion })).toEqual(['main'])
  })

  test('a version that is no longer kept answers as the newest', async () => {
    const { catalog, trails, names } = await matching()
    const empty = catalog.version
    await trails.create(noCause, aTrail())
    await catalog.release(catalog.version)
    expect(names(eventIn('eu-west-1'), { catalogVersion: empty })).toEqual(['main'])
  })
})
