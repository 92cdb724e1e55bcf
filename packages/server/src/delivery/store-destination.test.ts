import { describe, expect, test } from 'vitest'
import type { StoreBucket } from '../buckets/index.ts'
import { Fault } from '../fault.ts'
import type { ObjectStore } from '../ports/object-store.ts'
import { createMemoryObjectStore } from '../storage/memory/object-store.ts'
import { account, createWorld, startLife } from './delivery.fixture.ts'

const flushMs = 31_000

/** A world whose trail delivers into the bucket of another store. */
async function worldWithStore(rules: Partial<StoreBucket> = {}) {
  const world = await createWorld()
  const objects = createMemoryObjectStore({ clock: world.time.clock })
  await objects.createBucket('theirs')
  const store: StoreBucket = {
    name: 'theirs',
    region: 'eu-west-1',
    accounts: [account],
    prefixes: [],
    objects,
    ...rules,
  }
  const trail = await world.makeTrail('main', { bucket: 'theirs', prefix: 'here' })
  return {
    world,
    objects,
    store,
    trail,
    keys: async () => (await objects.list({ bucket: 'theirs', limit: 99 })).objects,
  }
}

test('files go into a bucket of another store, with nothing said of encryption, which is the store’s business', async () => {
  const { world, store, keys } = await worldWithStore()
  const life = await startLife(world, { stores: [store] })
  await world.happen(['a'])
  await world.time.pass(flushMs)
  const [file] = await keys()
  expect(file?.key).toMatch(/^here\/AWSLogs\/111122223333\/CloudTrail\/eu-west-1\//)
  expect(file?.headers).toEqual({ 'content-type': 'application/json', 'content-encoding': 'gzip' })
  expect(world.plan.backlogs()).toMatchObject([{ events: 0 }])
  await life.end()
})

describe('what the configuration does not allow is refused', () => {
  test.each([
    ['no account', { accounts: [] }],
    ['another account', { accounts: ['444455556666'] }],
    ['another prefix', { prefixes: ['there/'] }],
  ])('%s', async (_, rules) => {
    const { world, store, trail, keys } = await worldWithStore(rules)
    const life = await startLife(world, { stores: [store] })
    await world.happen(['a'])
    await world.time.pass(flushMs)
    expect(await keys()).toEqual([])
    expect(life.delivery.statusOf(trail, 'eu-west-1').latestError).toBe('AccessDenied')
    await life.end()
  })
})

test('a put whose answer was lost is found by its hash and not written again', async () => {
  const { world, store, objects, keys } = await worldWithStore()
  let puts = 0
  const put: ObjectStore['put'] = async (object) => {
    puts += 1
    const written = await objects.put(object)
    if (puts === 1) throw new Fault('object.store-unreachable', 'the answer is lost')
    return written
  }
  const life = await startLife(world, { stores: [{ ...store, objects: { ...objects, put } }] })
  await world.happen(['a'])
  await world.time.pass(flushMs + 10_000)
  expect(await keys()).toHaveLength(1)
  expect(world.plan.backlogs()).toMatchObject([{ events: 0 }])
  await life.end()
})

test('what a store says to a refusal is shown, its silence as ServiceUnavailable, and it is tried again', async () => {
  const { world, store, objects, trail, keys } = await worldWithStore()
  let fault: Fault | undefined = new Fault('object.store-refused', 'refused', {
    code: 'InvalidAccessKeyId',
    status: 403,
  })
  const put: ObjectStore['put'] = async (object) => {
    if (fault !== undefined) throw fault
    return objects.put(object)
  }
  const life = await startLife(world, { stores: [{ ...store, objects: { ...objects, put } }] })
  await world.happen(['a'])
  await world.time.pass(flushMs)
  expect(life.delivery.statusOf(trail, 'eu-west-1').latestError).toBe('InvalidAccessKeyId')
  fault = new Fault('object.store-unreachable', 'no answer')
  await world.time.pass(60_000)
  expect(life.delivery.statusOf(trail, 'eu-west-1').latestError).toBe('ServiceUnavailable')
  fault = undefined
  await world.time.pass(60_000)
  expect(await keys()).toHaveLength(1)
  expect(life.delivery.statusOf(trail, 'eu-west-1').latestError).toBeUndefined()
  await life.end()
})

test('whoever makes a bucket of the name of a store’s does not get its files', async () => {
  const { world, store, keys } = await worldWithStore()
  await world.makeBucket('theirs')
  const life = await startLife(world, { stores: [store] })
  await world.happen(['a'])
  await world.time.pass(flushMs)
  expect((await world.delivered('theirs')).size).toBe(0)
  expect(await keys()).toHaveLength(1)
  await life.end()
})
