import { eventFrame } from '@cairn/testkit/fakes/frames'
import { expect, test } from 'vitest'
import { defineCollection } from '../ports/catalog.ts'
import { createMemoryCatalog } from '../storage/memory/catalog.ts'
import { createMemoryEventLog } from '../storage/memory/event-log.ts'
import { releaseVersions } from './version-release.ts'

const things = defineCollection<number>('thing')

test('versions go once no unread frame can name them, and not before', async () => {
  const log = createMemoryEventLog()
  const catalog = createMemoryCatalog()
  for (let count = 0; count < 10_020; count += 1) {
    await catalog.change({ intentId: undefined }, (draft) => draft.put(things, 'a', count))
  }
  const [old, recent] = await log.append([eventFrame({ catalogVersion: 1 }), eventFrame({ catalogVersion: 10_010 })])
  if (old === undefined || recent === undefined) throw new TypeError('nothing appended')
  await releaseVersions({ log, catalog, consumers: [{ start: () => old }, { start: () => recent }] })
  expect(catalog.at(1)?.get(things, 'a')).toBe(0)
  await releaseVersions({ log, catalog, consumers: [{ start: () => recent }] })
  expect(catalog.at(5)).toBeUndefined()
  expect(catalog.at(10)?.get(things, 'a')).toBe(9)
})
