import { expect, test } from 'vitest'
import type { BucketEvents } from '../buckets/index.ts'
import { createWorld, startLife } from './delivery.fixture.ts'

const flushMs = 31_000

test('queues of a bucket are told of each delivered file, and again when nobody knows whether they were', async () => {
  const world = await createWorld()
  await world.makeBucket('audit')
  await world.makeTrail('main')
  const told: string[] = []
  const events: BucketEvents = {
    announce: async (bucket, { name, key, by }) => void told.push(`${bucket.name} ${name} ${key} ${by.principalId}`),
    around: (_, _coming, change) => change(),
    settle: async () => {},
    destinationProblem: () => undefined,
    test: async () => {},
  }
  let puts = 0
  const life = await startLife(world, {
    events,
    objects: {
      ...world.objects,
      async put(object) {
        const written = await world.objects.put(object)
        puts += 1
        if (puts === 1) throw new TypeError('the answer is lost')
        return written
      },
    },
  })
  await world.happen(['a'])
  await world.time.pass(flushMs + 5_000)
  const [key] = [...(await world.delivered('audit')).keys()]
  expect(told).toEqual([`audit ObjectCreated:Put ${key} AWS:cloudtrail.amazonaws.com`])
  await world.happen(['b'])
  await world.time.pass(flushMs)
  expect(told).toHaveLength(2)
  await life.end()
})
