import { buildRecordKeepingOriginals } from '@cairn/core/record'
import { eventFrame } from '@cairn/testkit/fakes/frames'
import { expect, test } from 'vitest'
import type { EventFrame, Frame } from '../../ports/event-log.ts'
import { lakeWorld } from './lake.fixture.ts'

type World = Awaited<ReturnType<typeof lakeWorld>>

/** An event whose request was too large for its record, and the request behind it, as calls are recorded. */
async function appendLarge({ log, catalog }: World, names: readonly string[], more: Partial<EventFrame> = {}) {
  const frames = names.flatMap((eventName): Frame[] => {
    const built = buildRecordKeepingOriginals({
      userIdentity: { type: 'IAMUser' },
      eventTimeMs: Date.UTC(2026, 0, 10, 11),
      eventSource: 's3.amazonaws.com',
      eventName,
      awsRegion: 'eu-central-1',
      sourceIPAddress: '192.0.2.1',
      eventID: eventName,
      readOnly: false,
      recipientAccountId: '123456789012',
      eventCategory: 'Management',
      requestParameters: { policy: 'p'.repeat(120_000) },
    })
    const event = eventFrame({ text: built.text, catalogVersion: catalog.version, ...more })
    const { kind: _, audience: __, closes: ___, catalogVersionAfter: ____, ...common } = event
    const originals = built.omitted.map(({ field, json }) => ({
      ...common,
      kind: 'original' as const,
      eventId: eventName,
      bytes: Buffer.from(`{"field":"${field}","sha256":"","content":${json}}`),
    }))
    return [event, ...originals]
  })
  for (let at = 0; at < frames.length; at += 40) await log.append(frames.slice(at, at + 40))
}

const lengths = `SELECT count(*)::INTEGER, count(DISTINCT eventname)::INTEGER,
  min(length(element_at(requestparameters, 'policy')[1]))::INTEGER FROM t`

test('a store of large events has what records left out, any other has the records, each event once', async () => {
  await using world = await lakeWorld()
  const lake = await world.start()
  const usual = await world.putStore()
  const large = await world.putStore({ keepsLargeEvents: true })
  // More than a batch, so that some event ends one.
  const names = Array.from({ length: 80 }, (_, index) => `Put-${index}`)
  await appendLarge(world, names)
  await world.caughtUp(lake)
  expect(await world.query(await lake.tables.snapshot(large), lengths)).toEqual([[80, 80, 120_000]])
  expect(await world.query(await lake.tables.snapshot(usual), lengths)).toEqual([[80, 80, null]])
})

test('the event of the change that makes a store keep large events is in it once', async () => {
  await using world = await lakeWorld()
  const lake = await world.start()
  const id = await world.putStore()
  const catalogVersion = world.catalog.version
  await world.putStore({ id, keepsLargeEvents: true })
  await appendLarge(world, ['Put'], { catalogVersion, catalogVersionAfter: world.catalog.version })
  await world.caughtUp(lake)
  expect(await world.query(await lake.tables.snapshot(id), lengths)).toEqual([[1, 1, 120_000]])
})
