import { describe, expect, test } from 'vitest'
import { createMemoryCatalog } from '../storage/memory/catalog.ts'
import { createTrails, type Trail } from './index.ts'
import { aTrail } from './trail.fixture.ts'

const noCause = { intentId: undefined }

async function trailsWith(...kept: Trail[]) {
  const trails = createTrails(createMemoryCatalog())
  for (const trail of kept) await trails.create(noCause, trail)
  return trails
}

describe('creating', () => {
  test('of many creates of one name at once exactly one succeeds', async () => {
    const trails = await trailsWith()
    const created = await Promise.all(Array.from({ length: 8 }, () => trails.create(noCause, aTrail())))
    expect(created.filter((obstacle) => obstacle === undefined)).toHaveLength(1)
  })

  test('the same name is free in another region and in another account', async () => {
    const trails = await trailsWith(aTrail())
    expect(await trails.create(noCause, aTrail({ homeRegion: 'us-east-1' }))).toBeUndefined()
    expect(await trails.create(noCause, aTrail({ account: '444455556666' }))).toBeUndefined()
  })
})

describe('a bound on the trails of a region', () => {
  const many = (count: number, change: Partial<Trail> = {}) =>
    Array.from({ length: count }, (_, index) => aTrail({ name: `trail-${index}`, ...change }))

  test('counts those that show up there from other regions', async () => {
    const trails = await trailsWith(...many(2), aTrail({ homeRegion: 'us-west-2', isMultiRegion: true }))
    const next = aTrail({ name: 'next' })
    expect(await trails.create(noCause, next, 3)).toEqual({ kind: 'too-many', region: 'eu-west-1', count: 3 })
    expect(await trails.create(noCause, { ...next, homeRegion: 'us-west-2' }, 3)).toBeUndefined()
  })

  test('a trail of all regions needs room in every one', async () => {
    const trails = await trailsWith(...many(3, { homeRegion: 'us-west-2' }))
    const next = aTrail({ name: 'next', isMultiRegion: true })
    expect(trails.obstacle(next, 3)).toEqual({ kind: 'too-many', region: 'us-west-2', count: 3 })
    expect(trails.obstacle({ ...next, isMultiRegion: false }, 3)).toBeUndefined()
  })

  test('holds however many are made at once', async () => {
    const trails = await trailsWith()
    const made = await Promise.all(many(9).map((trail) => trails.create(noCause, trail, 5)))
    expect(made.filter((obstacle) => obstacle === undefined)).toHaveLength(5)
  })
})

describe('visibility', () => {
  test('a multi-region trail shows up in other regions unless shadows are left out', async () => {
    const trails = await trailsWith(aTrail({ isMultiRegion: true }), aTrail({ name: 'local' }))
    const names = (region: string, withoutShadows?: boolean) =>
      trails.visibleIn('111122223333', region, { withoutShadows: withoutShadows ?? false }).map(({ name }) => name)
    expect(names('eu-west-1')).toEqual(['local', 'main'])
    expect(names('us-east-1')).toEqual(['main'])
    expect(names('us-east-1', true)).toEqual([])
  })

  test('no account sees the trails of another, whose number may begin alike', async () => {
    const trails = await trailsWith(aTrail())
    expect(trails.ofAccount('11112222333')).toEqual([])
    expect(trails.ofAccount('444455556666')).toEqual([])
  })
})

describe('changing', () => {
  const place = { account: '111122223333', region: 'eu-west-1', name: 'main' }

  test('an edit sees the newest state, also of edits that wait', async () => {
    const trails = await trailsWith(aTrail({ startedLoggingAtMs: 0 }))
    const step = (trail: Trail): Trail => ({ ...trail, startedLoggingAtMs: (trail.startedLoggingAtMs ?? 0) + 1 })
    await Promise.all(Array.from({ length: 10 }, () => trails.edit(noCause, place, step)))
    expect(trails.find(place)?.startedLoggingAtMs).toBe(10)
  })

  test('what is not there is neither edited nor removed', async () => {
    const trails = await trailsWith()
    expect(await trails.edit(noCause, place, (trail) => trail)).toBeUndefined()
    expect(await trails.remove(noCause, place)).toBe(false)
  })
})
