import { describe, expect, test, vi } from 'vitest'
import { account, createWorld, startLife, type World } from './delivery.fixture.ts'

const noCause = { intentId: undefined }
const flushMs = 31_000

const ids = async (world: World, bucket = 'audit') => [...(await world.delivered(bucket)).values()].flat().sort()

async function worldWithTrail(): Promise<World> {
  const world = await createWorld()
  await world.makeBucket('audit')
  await world.makeTrail('main')
  return world
}

describe('what is delivered', () => {
  test('events are in the bucket after the flush time, one file for each region, and not before', async () => {
    const world = await worldWithTrail()
    const life = await startLife(world)
    await world.happen(['a', 'b'])
    await world.happen(['c'], { region: 'ap-south-1' })
    await world.time.pass(28_000)
    expect(await ids(world)).toEqual([])
    await world.time.pass(3_000)
    const files = await world.delivered('audit')
    expect([...files.values()]).toEqual([['c'], ['a', 'b']])
    expect([...files.keys()][1]).toMatch(
      /^AWSLogs\/111122223333\/CloudTrail\/eu-west-1\/2025\/03\/01\/111122223333_CloudTrail_eu-west-1_20250301T1000Z_[A-Za-z0-9]{16}\.json\.gz$/,
    )
    await life.end()
  })

  test('what fills a file does not wait for the flush time', async () => {
    const world = await worldWithTrail()
    const life = await startLife(world)
    const large = (from: number, count: number) =>
      world.happen(Array.from({ length: count }, (_, index) => `${from + index}-${'x'.repeat(16 * 1024)}`))
    await large(0, 100)
    await world.time.pass(2_000)
    expect(await ids(world)).toEqual([])
    await large(100, 200)
    await world.time.pass(2_000)
    // Compressing takes real time, which the clock of the test knows nothing of.
    const delivered = async () => new Set(await ids(world)).size
    await vi.waitFor(async () => expect(await delivered()).toBeGreaterThan(200), { timeout: 10_000 })
    // What is left over fills none, and waits.
    expect(await delivered()).toBeLessThan(300)
    await world.time.pass(flushMs)
    await vi.waitFor(async () => expect(await delivered()).toBe(300), { timeout: 10_000 })
    await life.end()
  })

  test('an object is described and encrypted as the real service does it', async () => {
    const world = await worldWithTrail()
    const life = await startLife(world)
    await world.happen(['a'])
    await world.time.pass(flushMs)
    const [head] = (await world.objects.list({ bucket: 'audit', limit: 1 })).objects
    expect(head?.headers).toEqual({
      'content-type': 'application/json',
      'content-encoding': 'gzip',
      'x-amz-server-side-encryption': 'AES256',
    })
    await life.end()
  })

  test('imported events, events of stores and other accounts, and bytes that are no record are not delivered', async () => {
    const world = await worldWithTrail()
    const life = await startLife(world)
    await world.happen(['imported'], { audience: { kind: 'history' } })
    await world.happen(['stored'], { audience: { kind: 'store', id: 'x' } })
    await world.happen(['foreign'], { account: '444455556666' })
    await world.happen(['broken'], { bytes: Buffer.from('not json') })
    await world.happen(['mine'])
    await world.time.pass(flushMs)
    expect(await ids(world)).toEqual(['mine'])
    expect(life.facts).toContain('notRoutable')
    await life.end()
  })

  test('a trail that starts or stops gets the events of the versions in which it was logging, and the call itself', async () => {
    const world = await worldWithTrail()
    const life = await startLife(world)
    const place = { account, region: 'eu-west-1', name: 'main' }
    const before = world.catalog.version
    await world.trails.edit(noCause, place, (trail) => ({ ...trail, isLogging: false }))
    await world.happen(['StopLogging'], { catalogVersion: before, catalogVersionAfter: world.catalog.version })
    await world.happen(['while stopped'])
    await world.trails.edit(noCause, place, (trail) => ({ ...trail, isLogging: true }))
    await world.happen(['again'])
    await world.time.pass(flushMs)
    expect(await ids(world)).toEqual(['StopLogging', 'again'])
    await life.end()
  })

  test('what a trail selected before it was deleted is delivered all the same, and then it is forgotten', async () => {
    const world = await worldWithTrail()
    const life = await startLife(world)
    await world.happen(['before'])
    await world.time.pass(2_000)
    const version = world.catalog.version
    await world.trails.remove(noCause, { account, region: 'eu-west-1', name: 'main' })
    await world.happen(['DeleteTrail'], { catalogVersion: version, catalogVersionAfter: world.catalog.version })
    await world.time.pass(flushMs)
    expect(await ids(world)).toEqual(['DeleteTrail', 'before'])
    expect(world.plan.backlogs()).toEqual([])
    await life.end()
  })

  test('deliveries are told to digests: content hash, times, and only for trails that validate', async () => {
    const world = await worldWithTrail()
    await world.makeTrail('plain', { validatesLogFiles: false, prefix: 'plain' })
    const life = await startLife(world)
    await world.happen(['a'])
    await world.time.pass(flushMs)
    const place = { region: 'eu-west-1', limit: 10 }
    const [file, ...others] = await life.delivery.files({
      ...place,
      trail: `arn:aws:cloudtrail:eu-west-1:${account}:trail/main`,
    })
    expect(others).toEqual([])
    expect(file).toMatchObject({
      bucket: 'audit',
      region: 'eu-west-1',
      newestEventMs: Date.parse('2025-03-01T10:00:00Z'),
    })
    expect(file?.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(
      await life.delivery.files({ ...place, trail: `arn:aws:cloudtrail:eu-west-1:${account}:trail/plain` }),
    ).toEqual([])
    await life.end()
  })
})

describe('our own puts', () => {
  const putEvents = async (world: World, logsItself: boolean) => {
    await world.makeBucket('audit')
    const shown = [
      {
        FieldSelectors: [
          { Field: 'eventCategory', Equals: ['Data'] },
          { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
        ],
      },
      { FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
    ]
    await world.makeTrail('main', { logsItself, selectors: { kind: 'advanced', shown } as never })
    const life = await startLife(world)
    await world.happen(['a'])
    await world.time.pass(flushMs * 2)
    await life.end()
    const records = (await world.log.read(0 as never, 1e9)).map(({ bytes }) =>
      JSON.parse(Buffer.from(bytes).toString()),
    )
    return records.filter(({ eventName }) => eventName === 'PutObject')
  }

  test('are recorded as the service itself where a trail takes them, and land in a later file', async () => {
    const world = await createWorld()
    const [put] = await putEvents(world, true)
    expect(put).toMatchObject({
      userIdentity: { type: 'AWSService', invokedBy: 'cloudtrail.amazonaws.com' },
      eventSource: 's3.amazonaws.com',
      sourceIPAddress: 'cloudtrail.amazonaws.com',
      userAgent: 'cloudtrail.amazonaws.com',
      requestParameters: { bucketName: 'audit', 'x-amz-acl': 'bucket-owner-full-control' },
      managementEvent: false,
      recipientAccountId: account,
    })
    expect(put.sharedEventID).toMatch(/^[0-9a-f-]{36}$/)
    expect(await ids(world)).toContain(put.eventID)
  })

  test('are not recorded for a trail that does not log itself', async () => {
    expect(await putEvents(await createWorld(), false)).toEqual([])
  })
})
