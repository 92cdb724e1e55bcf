import { eventFrame } from '@cairn/testkit/fakes/frames'
import { expect, test } from 'vitest'
import type { EventLog, Position, StoredFrame } from '../ports/event-log.ts'
import type { Timer } from '../ports/timer.ts'
import { createMemoryEventLog } from '../storage/memory/event-log.ts'
import { type Consumer, startRunner } from './runner.ts'

const atOnce: Timer = { sleep: async () => {} }

function aConsumer(log: EventLog, fail: (frames: readonly StoredFrame[]) => boolean = () => false) {
  const seen: Position[] = []
  let next = log.bounds().first
  let awaited = { count: 0, resolve: () => {} }
  const consumer: Consumer = {
    name: 'test',
    start: () => next,
    async handle(frames) {
      if (fail(frames)) throw new TypeError('refused')
      for (const { position } of frames) {
        seen.push(position)
        next = log.after(position)
      }
      if (seen.length >= awaited.count) awaited.resolve()
    },
  }
  const until = (count: number) =>
    new Promise<void>((resolve) => {
      awaited = { count, resolve }
      if (seen.length >= count) resolve()
    })
  return { consumer, seen, until }
}

function run(log: EventLog, consumer: Consumer, failures: number[] = []) {
  const telemetry = { consumerFailed: (facts: { retryInMs: number }) => failures.push(facts.retryInMs) }
  return startRunner({ log, consumer, timer: atOnce, random: () => 1, telemetry })
}

test('sees what was there before it started and everything appended since, each once and in order', async () => {
  const log = createMemoryEventLog()
  await log.append([eventFrame(), eventFrame()])
  const { consumer, seen, until } = aConsumer(log)
  const runner = run(log, consumer)
  for (let round = 0; round < 20; round += 1) {
    await log.append([eventFrame()])
    if (round % 5 === 0) await until(round + 3)
  }
  await until(22)
  await runner[Symbol.asyncDispose]()
  expect(seen).toEqual([...seen].sort((left, right) => left - right))
  expect(new Set(seen).size).toBe(22)
})

test('hands out a failed batch again, after waits that grow to a bound', async () => {
  const log = createMemoryEventLog()
  let attempts = 0
  const { consumer, seen, until } = aConsumer(log, () => {
    attempts += 1
    return attempts <= 12
  })
  const failures: number[] = []
  const runner = run(log, consumer, failures)
  await log.append([eventFrame()])
  await until(1)
  await runner[Symbol.asyncDispose]()
  expect(seen).toHaveLength(1)
  expect(failures).toHaveLength(12)
  expect(failures.slice(0, 3)).toEqual([100, 200, 400])
  expect(failures.at(-1)).toBe(30_000)
})

test('stops at once when idle, and touches nothing afterwards', async () => {
  const log = createMemoryEventLog()
  const { consumer, seen } = aConsumer(log)
  const runner = run(log, consumer)
  await runner[Symbol.asyncDispose]()
  await log.append([eventFrame()])
  expect(seen).toEqual([])
})

test('leaves the reading to a consumer that reads by itself, and calls it again until it has caught up', async () => {
  const log = createMemoryEventLog()
  await log.append([eventFrame(), eventFrame(), eventFrame()])
  let next = log.bounds().first
  const ends: Position[] = []
  const caughtUp = Promise.withResolvers<void>()
  const consumer: Consumer = {
    name: 'test',
    start: () => next,
    async advance(end) {
      ends.push(end)
      const [frame] = await log.read(next, 1)
      if (frame !== undefined) next = log.after(frame.position)
      if (next === 4) caughtUp.resolve()
    },
  }
  const runner = run(log, consumer)
  await log.append([eventFrame()])
  await caughtUp.promise
  await runner[Symbol.asyncDispose]()
  expect(ends).toHaveLength(4)
  expect(ends.at(-1)).toBe(4)
})
