import { eventFrame, intentFrame } from '@cairn/testkit/fakes/frames'
import { expect, test } from 'vitest'
import { type Collection, defineCollection } from '../ports/catalog.ts'
import type { EventLog, StoredFrame } from '../ports/event-log.ts'
import { createMemoryCatalog } from '../storage/memory/catalog.ts'
import { createMemoryEventLog } from '../storage/memory/event-log.ts'
import { type ConcludeIntent, concludeOpenIntents, createOpenIntents } from './intent.ts'

const things: Collection<number> = defineCollection('thing')

/** Concludes with an event that says what it was told. */
const conclude: ConcludeIntent = async (intent, fate) => [
  eventFrame({ text: JSON.stringify({ of: intent.intentId, fate: fate.kind }), closes: intent.intentId }),
]

async function all(log: EventLog): Promise<readonly StoredFrame[]> {
  return log.read(log.bounds().first, 1 << 30)
}

async function conclusions(log: EventLog): Promise<unknown[]> {
  return (await all(log))
    .map(({ bytes }) => JSON.parse(new TextDecoder().decode(bytes)) as { of?: string })
    .filter(({ of }) => of !== undefined)
}

test('every way a process can die between announcement and event gives one event that says what happened', async () => {
  const log = createMemoryEventLog()
  const catalog = createMemoryCatalog()
  // Dies right after the announcement.
  await log.append([intentFrame('announced')])
  // Dies after the change.
  await log.append([intentFrame('changed')])
  await catalog.change({ intentId: 'changed' }, (draft) => draft.put(things, 'a', 1))
  // Dies after the event, before the answer.
  await log.append([intentFrame('recorded')])
  await catalog.change({ intentId: 'recorded' }, (draft) => draft.put(things, 'b', 1))
  await log.append([eventFrame({ closes: 'recorded' })])

  expect(await concludeOpenIntents({ log, catalog, conclude })).toBe(2)
  expect(await conclusions(log)).toEqual([
    { of: 'announced', fate: 'not-in-catalog' },
    { of: 'changed', fate: 'applied' },
  ])
})

test('concluding again, also after dying half way, adds nothing', async () => {
  const log = createMemoryEventLog()
  const catalog = createMemoryCatalog()
  await log.append(['a', 'b', 'c'].map((id) => intentFrame(id)))
  let left = 2
  const dying: ConcludeIntent = async (intent, fate) => {
    if (left === 0) throw new TypeError('died')
    left -= 1
    return conclude(intent, fate)
  }
  await expect(concludeOpenIntents({ log, catalog, conclude: dying })).rejects.toThrow('died')
  await concludeOpenIntents({ log, catalog, conclude })
  await concludeOpenIntents({ log, catalog, conclude })
  expect((await conclusions(log)).map((one) => (one as { of: string }).of)).toEqual(['a', 'b', 'c'])
})

test('the mark never passes an open intent, so none is overlooked at the next start', async () => {
  const log = createMemoryEventLog()
  const catalog = createMemoryCatalog()
  const intents = createOpenIntents(log, catalog)
  for (const id of ['a', 'b', 'c', 'd']) {
    intents.opening(id, log.bounds().end)
    await log.append([intentFrame(id)])
  }
  for (const id of ['a', 'c', 'd']) {
    await log.append([eventFrame({ closes: id })])
    intents.closed(id)
  }
  await intents.moveMark()
  expect(await concludeOpenIntents({ log, catalog, conclude })).toBe(1)
  expect(await conclusions(log)).toEqual([{ of: 'b', fate: 'not-in-catalog' }])
})

test('the mark moves up, so that a start does not read what is long closed', async () => {
  const log = createMemoryEventLog()
  const catalog = createMemoryCatalog()
  const intents = createOpenIntents(log, catalog)
  for (let count = 0; count < 50; count += 1) await log.append([eventFrame()])
  await intents.moveMark()
  let firstRead: number | undefined
  const watched = new Proxy(log, {
    get: (target, name) =>
      name === 'read'
        ? (from: never, bytesMax: number) => {
            firstRead ??= from
            return target.read(from, bytesMax)
          }
        : Reflect.get(target, name),
  })
  await concludeOpenIntents({ log: watched, catalog, conclude })
  expect(firstRead).toBe(log.bounds().end)
})
