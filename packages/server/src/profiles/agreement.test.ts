import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventFrame } from '@cairn/testkit/fakes/frames'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { defineCollection } from '../ports/catalog.ts'
import type { Position } from '../ports/event-log.ts'
import { systemClock } from '../storage/system/clock.ts'
import { createTelemetry } from '../telemetry/index.ts'
import { openEmbeddedStorage } from './embedded.ts'

const things = defineCollection<{ readonly text: string }>('thing')

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cairn-agreement-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

const open = () =>
  openEmbeddedStorage({
    dataDir,
    keyFile: join(dataDir, 'vault.key'),
    clock: systemClock,
    telemetry: createTelemetry({ level: 'silent' }),
    onFailed: () => undefined,
  })

/** A change and its event, routed. */
async function use(text: string): Promise<void> {
  await using storage = await open()
  await storage.catalog.change({ intentId: undefined }, (draft) => draft.put(things, 'a', { text }))
  await storage.log.append([eventFrame({ catalogVersion: storage.catalog.version })])
  await storage.deliveryPlan.route({ next: storage.log.bounds().end, selected: [] })
}

const refusal = async (): Promise<unknown> => {
  try {
    await using _ = await open()
    return 'opened'
  } catch (error) {
    return error
  }
}

test('opens what is of one time', async () => {
  await use('first')
  await use('second')
  expect(await refusal()).toBe('opened')
})

test('refuses a directory without its log, and begins none', async () => {
  await use('first')
  await rename(join(dataDir, 'log'), join(dataDir, 'away'))
  for (const _ of [1, 2]) expect(await refusal()).toMatchObject({ code: 'installation.log-missing' })
  await rename(join(dataDir, 'away'), join(dataDir, 'log'))
  expect(await refusal()).toBe('opened')
})

test('refuses a directory without its catalogue, and begins none', async () => {
  await use('first')
  await rename(join(dataDir, 'catalog.db'), join(dataDir, 'away'))
  for (const _ of [1, 2]) expect(await refusal()).toMatchObject({ code: 'installation.catalogue-missing' })
  await rename(join(dataDir, 'away'), join(dataDir, 'catalog.db'))
  expect(await refusal()).toBe('opened')
})

test('refuses a log that ends before what delivery has read', async () => {
  await use('first')
  {
    await using storage = await open()
    await storage.deliveryPlan.route({ next: 9 as Position, selected: [] })
  }
  expect(await refusal()).toMatchObject({
    code: 'installation.log-cut-short',
    fields: { part: 'delivery', readTo: 9, end: 1 },
  })
})

test('refuses a catalogue of an earlier day', async () => {
  await use('first')
  {
    await using storage = await open()
    await storage.catalog.snapshot(join(dataDir, 'earlier.db'), async () => {})
  }
  await use('second')
  await rename(join(dataDir, 'earlier.db'), join(dataDir, 'catalog.db'))
  expect(await refusal()).toMatchObject({ code: 'installation.catalogue-behind', fields: { catalogue: 1, log: 2 } })
})
