import { describe, expect, test } from 'vitest'
import { Fault } from '../fault.ts'
import type { DeliveryPlan } from '../ports/delivery-plan.ts'
import type { VersionedObjectStore } from '../ports/object-store.ts'
import { account, bucketPolicy, createWorld, startLife, type World } from './delivery.fixture.ts'

const noCause = { intentId: undefined }
const flushMs = 31_000
const hourMs = 3_600_000
const arnOf = (name: string) => `arn:aws:cloudtrail:eu-west-1:${account}:trail/${name}`

const ids = async (world: World, bucket = 'audit') => [...(await world.delivered(bucket)).values()].flat().sort()

async function worldWithTrail(): Promise<World> {
  const world = await createWorld()
  await world.makeBucket('audit')
  await world.makeTrail('main')
  return world
}

/** Calls `before` and `after` around one method; what they throw is what the caller gets. */
function around<Port extends object>(port: Port, method: keyof Port, hooks: { before?(): void; after?(): void }): Port {
  return new Proxy(port, {
    get(target, name) {
      const value = Reflect.get(target, name)
      if (name !== method || typeof value !== 'function') return value
      return async (...given: readonly unknown[]) => {
        hooks.before?.()
        const result = await value.apply(target, given)
        hooks.after?.()
        return result
      }
    },
  })
}

const crash = () => {
  throw new Fault('object.io', 'the process is gone')
}

describe('a process that ends at any step', () => {
  const planSteps = ['route', 'claim', 'settle', 'openClaims'] as const
  const cases = [
    ...planSteps.flatMap((step) => [`plan.${step} before`, `plan.${step} after`]),
    'objects.put before',
    'objects.put after',
    'log.fetch before',
  ]

  test.each(cases)('at %s: everything is delivered once by the next one', async (name) => {
    const world = await worldWithTrail()
    const [call = '', moment = ''] = name.split(' ')
    const [port = '', method = ''] = call.split('.')
    const replaced = around(world[port as 'plan'], method as keyof DeliveryPlan, { [moment]: crash })
    const first = await startLife(world, { [port]: replaced })
    await world.happen(['a', 'b'])
    await world.happen(['c'], { region: 'us-east-1' })
    await world.time.pass(flushMs)
    await first.end().catch(() => undefined)
    const second = await startLife(world)
    await world.happen(['d'])
    await world.time.pass(flushMs)
    await second.end()
    expect(await ids(world)).toEqual(['a', 'b', 'c', 'd'])
    const listed = await world.plan.files({ trail: arnOf('main'), region: 'eu-west-1', limit: 99 })
    const keys = [...(await world.delivered('audit')).keys()].filter((key) => key.includes('/eu-west-1/'))
    expect(listed.map(({ key }) => key).sort()).toEqual(keys)
    expect(world.plan.backlog(world.plan.backlogs()[0]?.trail.life as never)?.events).toBe(0)
  })

  test('the next one finds what the last one put, and says since when it is there', async () => {
    const world = await worldWithTrail()
    let settles = 0
    const plan = around(world.plan, 'settle', {
      before() {
        settles += 1
        if (settles === 1) crash()
      },
    })
    const life = await startLife(world, { plan })
    await world.happen(['a'])
    await world.time.pass(flushMs + 5_000)
    expect(settles).toBe(2)
    const [file] = await world.plan.files({ trail: arnOf('main'), region: 'eu-west-1', limit: 1 })
    expect((file?.confirmedAtMs ?? 0) - (file?.storedAtMs ?? 0)).toBeGreaterThan(400)
    expect(await ids(world)).toEqual(['a'])
    await life.end()
  })
})

describe('a destination that fails', () => {
  test('the answer of a put that succeeded is lost: the file is found, not written again', async () => {
    const world = await worldWithTrail()
    let lost = 0
    const objects = around(world.objects, 'put', {
      after() {
        lost += 1
        if (lost <= 3) throw new Fault('object.store-unreachable', 'no answer')
      },
    })
    const life = await startLife(world, { objects: objects as VersionedObjectStore })
    await world.happen(['a'])
    await world.time.pass(flushMs + 60_000)
    expect((await world.delivered('audit')).size).toBe(1)
    expect(await ids(world)).toEqual(['a'])
    await life.end()
  })

  test('the answer is lost and the trail then moves to another bucket: the file stays the only one', async () => {
    const world = await worldWithTrail()
    await world.makeBucket('second')
    const objects = around(world.objects, 'put', {
      after() {
        throw new Fault('object.store-unreachable', 'no answer')
      },
    })
    const first = await startLife(world, { objects: objects as VersionedObjectStore })
    await world.happen(['a'])
    await world.time.pass(flushMs)
    await first.end().catch(() => undefined)
    await world.trails.edit(noCause, { account, region: 'eu-west-1', name: 'main' }, (trail) => ({
      ...trail,
      bucket: 'second',
    }))
    const second = await startLife(world)
    await world.happen(['b'])
    await world.time.pass(flushMs)
    await second.end()
    expect([await ids(world, 'audit'), await ids(world, 'second')]).toEqual([['a'], ['b']])
    const listed = await world.plan.files({ trail: arnOf('main'), region: 'eu-west-1', limit: 99 })
    expect(listed.map(({ bucket }) => bucket)).toEqual(['audit', 'second'])
  })

  test('away for an hour: its trail waits with its error shown, another one goes on, and nothing is lost', async () => {
    const world = await worldWithTrail()
    await world.makeBucket('fine')
    await world.makeTrail('other', { bucket: 'fine' })
    let isAway = true
    const put: VersionedObjectStore['put'] = (object) => {
      if (isAway && object.bucket === 'audit')
        return Promise.reject(new Fault('object.store-unreachable', 'answer 503'))
      return world.objects.put(object)
    }
    const life = await startLife(world, { objects: { ...world.objects, put } })
    const expected: string[] = []
    for (let minute = 0; minute < 60; minute += 1) {
      expected.push(`e${minute}`)
      await world.happen([`e${minute}`])
      await world.time.pass(60_000)
    }
    expect(await ids(world)).toEqual([])
    expect(await ids(world, 'fine')).toEqual(expected.toSorted())
    const [trail] = world.trails.ofAccount(account)
    expect(trail && life.delivery.statusOf(trail, 'eu-west-1')).toMatchObject({ latestError: 'ServiceUnavailable' })
    const [queue] = life.delivery.queues()
    expect(queue).toMatchObject({ trail: arnOf('main'), events: 60, isFailing: true })
    expect(queue?.ageMs).toBeGreaterThanOrEqual(hourMs)
    isAway = false
    await world.time.pass(31_000)
    expect(await ids(world)).toEqual(expected.toSorted())
    expect(trail && life.delivery.statusOf(trail, 'eu-west-1')).not.toHaveProperty('latestError')
    expect(life.facts).toContain('deliveryResumed')
    await life.end()
  })

  test('a full disk stops its trails and passes by itself', async () => {
    const world = await worldWithTrail()
    let isFull = true
    const objects = around(world.objects, 'put', {
      before() {
        if (isFull) throw new Fault('object.disk-full', 'no room')
      },
    })
    const life = await startLife(world, { objects: objects as VersionedObjectStore })
    await world.happen(['a'])
    await world.time.pass(flushMs)
    const [trail] = world.trails.ofAccount(account)
    expect(trail && life.delivery.statusOf(trail, 'eu-west-1')).toMatchObject({ latestError: 'ServiceUnavailable' })
    isFull = false
    await world.time.pass(flushMs)
    expect(await ids(world)).toEqual(['a'])
    await life.end()
  })
})

describe('a bucket that refuses', () => {
  test('without the policy nothing is put; with it everything is delivered at once', async () => {
    const world = await createWorld()
    await world.makeBucket('audit', { policy: bucketPolicy('elsewhere') })
    await world.makeTrail('main')
    const life = await startLife(world)
    await world.happen(['a'])
    await world.time.pass(20 * 60_000)
    const [trail] = world.trails.ofAccount(account)
    expect(trail && life.delivery.statusOf(trail, 'eu-west-1')).toMatchObject({ latestError: 'AccessDenied' })
    expect(await ids(world)).toEqual([])
    await life.buckets.edit(noCause, 'audit', (bucket) => ({ ...bucket, policy: bucketPolicy('audit') }))
    await world.time.pass(100)
    expect(await ids(world)).toEqual(['a'])
    await life.end()
  })

  test('deleted and made again by somebody else: nothing goes there until they let us in', async () => {
    const world = await worldWithTrail()
    const life = await startLife(world)
    await life.buckets.remove(noCause, 'audit')
    await world.happen(['a'])
    await world.time.pass(flushMs)
    const [trail] = world.trails.ofAccount(account)
    const status = () => trail && life.delivery.statusOf(trail, 'eu-west-1').latestError
    expect(status()).toBe('NoSuchBucket')
    await world.makeBucket('audit', { account: '444455556666', policy: bucketPolicy('elsewhere') })
    await world.time.pass(60_000)
    expect(status()).toBe('AccessDenied')
    expect(await ids(world)).toEqual([])
    await life.end()
  })

  test('deleted, and its trail too: what waited is given up, told, and not tried for ever', async () => {
    const world = await worldWithTrail()
    const life = await startLife(world)
    await world.happen(['a'])
    await life.buckets.remove(noCause, 'audit')
    await world.time.pass(flushMs)
    await world.happen(['b'])
    await world.time.pass(flushMs)
    expect(life.delivery.queues()).toMatchObject([{ events: 2, isFailing: true }])
    const version = world.catalog.version
    await world.trails.remove(noCause, { account, region: 'eu-west-1', name: 'main' })
    await world.happen(['DeleteTrail'], { catalogVersion: version, catalogVersionAfter: world.catalog.version })
    await world.time.pass(2 * flushMs)
    expect(life.facts.filter((fact) => fact === 'deliveryGivenUp').length).toBeGreaterThan(0)
    expect(life.facts).not.toContain('deliveryResumed')
    expect(life.delivery.queues()).toEqual([])
    expect(world.plan.backlogs()).toEqual([])
    const failures = () => life.facts.filter((fact) => fact === 'deliveryFailed').length
    const before = failures()
    await world.time.pass(600_000)
    expect(failures()).toBe(before)
    await life.end()
  })

  test('a trail that is gone waits for a bucket that refuses it, as somebody can let it in', async () => {
    const world = await worldWithTrail()
    const life = await startLife(world)
    await world.happen(['a'])
    await life.buckets.edit(noCause, 'audit', (bucket) => ({ ...bucket, policy: bucketPolicy('elsewhere') }))
    await world.time.pass(1_000)
    await world.trails.remove(noCause, { account, region: 'eu-west-1', name: 'main' })
    await world.time.pass(flushMs)
    expect(life.delivery.queues()).toMatchObject([{ events: 1, isFailing: true }])
    await life.buckets.edit(noCause, 'audit', (bucket) => ({ ...bucket, policy: bucketPolicy('audit') }))
    await world.time.pass(1_000)
    expect(await ids(world)).toEqual(['a'])
    await life.end()
  })

  test('and that it waits is seen, and ends after 30 days', async () => {
    const dayMs = 86_400_000
    const world = await worldWithTrail()
    const life = await startLife(world)
    await world.happen(['a'])
    await life.buckets.edit(noCause, 'audit', (bucket) => ({ ...bucket, policy: bucketPolicy('elsewhere') }))
    await world.time.pass(1_000)
    const acceptedAtMs = world.time.clock.nowMs()
    expect(life.delivery.queues()[0]).not.toHaveProperty('givenUpAtMs')
    await world.trails.remove(noCause, { account, region: 'eu-west-1', name: 'main' })
    await world.time.pass(flushMs)
    const [waiting] = life.delivery.queues()
    expect(waiting).toMatchObject({ events: 1, isFailing: true })
    expect(Math.abs((waiting?.givenUpAtMs ?? 0) - acceptedAtMs - 30 * dayMs)).toBeLessThan(60_000)
    world.time.jump(29 * dayMs)
    await world.time.pass(60_000)
    expect(life.delivery.queues()).toMatchObject([{ events: 1 }])
    world.time.jump(dayMs)
    await world.time.pass(60_000)
    expect(life.delivery.queues()).toEqual([])
    expect(life.facts).toContain('deliveryGivenUp')
    expect(world.plan.backlogs()).toEqual([])
    await life.end()
  })

  test('a trail that is given another bucket delivers there what waited for the old one', async () => {
    const world = await worldWithTrail()
    const life = await startLife(world)
    await life.buckets.remove(noCause, 'audit')
    await world.happen(['a'])
    await world.time.pass(flushMs)
    await world.makeBucket('new')
    await world.trails.edit(noCause, { account, region: 'eu-west-1', name: 'main' }, (trail) => ({
      ...trail,
      bucket: 'new',
    }))
    await world.time.pass(1_000)
    expect(await ids(world, 'new')).toEqual(['a'])
    await life.end()
  })

  test("somebody else's object under the name of a file is left alone, and the file gets another name", async () => {
    const world = await worldWithTrail()
    let keys: readonly string[] = []
    const put: VersionedObjectStore['put'] = async (object) => {
      keys = [...keys, object.key]
      if (keys.length === 1) {
        await world.objects.put({
          ...object,
          body: (async function* () {
            yield Buffer.from('theirs')
          })(),
        })
      }
      return world.objects.put(object)
    }
    const life = await startLife(world, { objects: { ...world.objects, put } })
    await world.happen(['a'])
    await world.time.pass(flushMs + 5_000)
    // The first file is compressed in real time, which a busy machine has little of.
    for (let more = 0; keys.length < 2 && more < 20; more += 1) await world.time.pass(5_000)
    expect(keys).toHaveLength(2)
    expect(keys[0]).not.toBe(keys[1])
    expect(
      (await world.plan.files({ trail: arnOf('main'), region: 'eu-west-1', limit: 9 })).map(({ key }) => key),
    ).toEqual([keys[1]])
    await life.end()
  })
})

test('a clock that jumps two hours either way delays nothing beyond the flush time and loses nothing', async () => {
  for (const deltaMs of [2 * hourMs, -2 * hourMs]) {
    const world = await worldWithTrail()
    const life = await startLife(world)
    await world.happen(['before'])
    await world.time.pass(1_000)
    world.time.jump(deltaMs)
    await world.happen(['after'])
    await world.time.pass(2 * hourMs + flushMs)
    expect(await ids(world)).toEqual(['after', 'before'])
    await life.end()
  }
})
