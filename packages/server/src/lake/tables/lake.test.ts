import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Position } from '../../ports/event-log.ts'
import { createNodeDisk } from '../../storage/disk/index.ts'
import { checkTables } from '../../storage/lake-files/index.ts'
import { lakeWorld } from './lake.fixture.ts'

const names = 'SELECT eventname FROM t ORDER BY eventname'

describe('what a store takes', () => {
  test('live events that it selects, while it takes them, as it was when they were accepted', async () => {
    await using world = await lakeWorld()
    const lake = await world.start()
    await world.append({ name: 'BeforeTheStore' })
    const id = await world.putStore()
    const single = await world.putStore({ isMultiRegion: false, region: 'us-east-1' })
    await world.append(
      { name: 'Live' },
      { name: 'OtherAccount', account: '999999999999' },
      { name: 'Imported', audience: { kind: 'history' } },
      { name: 'ForTheOther', audience: { kind: 'store', id: single } },
      { name: 'ItsRegion', region: 'us-east-1' },
    )
    await world.putStore({ id, isIngesting: false })
    await world.append({ name: 'WhileStopped' }, { name: 'ByImport', audience: { kind: 'store', id } })
    await world.caughtUp(lake)
    const rows = await world.query(await lake.tables.snapshot(id), names)
    expect(rows.flat()).toEqual(['ByImport', 'ItsRegion', 'Live'])
    const others = await world.query(await lake.tables.snapshot(single), names)
    expect(others.flat()).toEqual(['ForTheOther', 'ItsRegion'])
  })

  test('the event of a change that either version selects', async () => {
    await using world = await lakeWorld()
    const lake = await world.start()
    const before = world.catalog.version
    const id = await world.putStore()
    await world.append({ name: 'Creating', catalogVersion: before, catalogVersionAfter: world.catalog.version })
    await world.caughtUp(lake)
    expect(await world.query(await lake.tables.snapshot(id), names)).toEqual([['Creating']])
  })

  test('everything of a log whose reads end with its segments', async () => {
    await using world = await lakeWorld()
    const { read } = world.log
    // The log of an installation does so: no read crosses from one segment to the next.
    Object.assign(world.log, {
      read: async (from: Position, bytesMax: number) => {
        await nextTurn()
        const frames = await read(from, bytesMax)
        return frames.filter(({ position }) => Math.floor(position / 3) === Math.floor(from / 3))
      },
    })
    const lake = await world.start()
    const id = await world.putStore()
    const happened = Array.from({ length: 8 }, (_, nth) => `Event${nth}`)
    await world.append(...happened.map((name) => ({ name })))
    await world.caughtUp(lake)
    expect((await world.query(await lake.tables.snapshot(id), names)).flat()).toEqual(happened)
  })

  test('nothing of what is no record, which is told', async () => {
    await using world = await lakeWorld()
    const lake = await world.start()
    const id = await world.putStore()
    await world.append({ name: 'x', bytes: Buffer.from('rubbish') }, { name: 'Good' })
    await world.caughtUp(lake)
    expect(await world.query(await lake.tables.snapshot(id), names)).toEqual([['Good']])
    expect(world.facts.filter(({ fact }) => fact === 'notIngestible')).toHaveLength(1)
  })
})

describe('a table', () => {
  test('has each row once, whatever becomes of its files, and readers keep the files they were given', async () => {
    await using world = await lakeWorld()
    const lake = await world.start()
    const id = await world.putStore()
    await world.append({ name: 'A' }, { name: 'B', time: '2026-01-08T00:00:00Z' }, { name: 'C', time: 'never' })
    await world.caughtUp(lake)
    const first = await lake.tables.snapshot(id)
    expect(first).toMatchObject({ rows: 3, parquet: [], lines: [expect.any(String)] })
    world.world.nowMs += 11 * 60_000
    // The age of new rows is counted from when they were first seen.
    await lake.tend()
    world.world.nowMs += 11 * 60_000
    await lake.tend()
    const second = await lake.tables.snapshot(id)
    expect(second.lines).toEqual([])
    expect(second.parquet.map(({ day, rows }) => ({ day, rows }))).toEqual([
      { day: '2026-01-08', rows: 1 },
      { day: '2026-01-10', rows: 2 },
    ])
    await world.append({ name: 'D' })
    await world.caughtUp(lake)
    const third = await lake.tables.snapshot(id)
    for (const [snapshot, expected] of [
      [first, ['A', 'B', 'C']],
      [second, ['A', 'B', 'C']],
      [third, ['A', 'B', 'C', 'D']],
    ] as const) {
      expect((await world.query(snapshot, names)).flat()).toEqual(expected)
    }
    first.release()
    second.release()
    third.release()
    await expect.poll(() => readdir(join(world.folder, id))).not.toContain('tail-00000001.ndjson')
    expect(world.facts.filter(({ fact }) => /Failed/.test(fact))).toEqual([])
  })

  test('merges the small files of a day, and loses those whose days are over', async () => {
    await using world = await lakeWorld()
    const lake = await world.start()
    const id = await world.putStore({ retentionDays: 7 })
    for (const name of ['A', 'B']) {
      await world.append({ name, time: '2026-01-04T10:00:00Z' }, { name: `Late${name}`, time: '2025-12-01T00:00:00Z' })
      await world.caughtUp(lake)
      await lake.tend()
      world.world.nowMs += 30 * 60_000
      await lake.tend()
    }
    world.world.nowMs += 3_600_000
    await lake.tend()
    const merged = await lake.tables.snapshot(id)
    expect(merged.parquet).toMatchObject([{ day: '2026-01-04', rows: 2 }])
    expect((await world.query(merged, names)).flat()).toEqual(['A', 'B'])
    merged.release()
    world.world.nowMs += 2 * 86_400_000
    await lake.tend()
    expect(await lake.tables.snapshot(id)).toMatchObject({ rows: 0 })
    expect(await readdir(join(world.folder, id, 'day=2026-01-04'))).toEqual([])
    const expired = world.facts.filter(({ fact }) => fact === 'expired').map(({ facts }) => facts)
    expect(expired).toMatchObject([
      { rows: 1, files: 0 },
      { rows: 1, files: 0 },
      { rows: 2, files: 1 },
    ])
  })

  test('goes with its store', async () => {
    await using world = await lakeWorld()
    const lake = await world.start()
    const id = await world.putStore()
    await world.append({ name: 'A' })
    await world.caughtUp(lake)
    await world.removeStore(id)
    await lake.tend()
    expect(await readdir(world.folder)).not.toContain(id)
    await expect(lake.tables.snapshot(id)).rejects.toMatchObject({ code: 'lake.no-such-store' })
  })

  test('is empty for a store that nothing came to', async () => {
    await using world = await lakeWorld()
    const lake = await world.start()
    const id = await world.putStore({ kind: 'activity' })
    expect(await lake.tables.snapshot(id)).toMatchObject({ kind: 'activity', rows: 0, lines: [], parquet: [] })
  })

  test('goes on after a restart where it was, and is made again when its files are gone', async () => {
    await using world = await lakeWorld()
    let lake = await world.start()
    const id = await world.putStore()
    await world.append({ name: 'A' })
    await world.caughtUp(lake)
    for (const name of ['B', 'C']) {
      await world.stop()
      await world.append({ name })
      lake = await world.start()
      await world.caughtUp(lake)
    }
    expect((await world.query(await lake.tables.snapshot(id), names)).flat()).toEqual(['A', 'B', 'C'])
    await world.stop()
    await rm(world.folder, { recursive: true })
    lake = await world.start()
    await world.caughtUp(lake)
    expect((await world.query(await lake.tables.snapshot(id), names)).flat()).toEqual(['A', 'B', 'C'])
  })
})

describe('the files of all tables', () => {
  test('can be copied as of one moment while rows come and go, and taken up again from there', async () => {
    await using world = await lakeWorld()
    let lake = await world.start()
    const id = await world.putStore()
    await world.append({ name: 'A' })
    await world.caughtUp(lake)
    await lake.tend()
    world.world.nowMs += 3_600_000
    await lake.tend()
    await world.append({ name: 'B' })
    await world.caughtUp(lake)
    const copy = `${world.folder}-copy`
    {
      await using frozen = await world.freeze()
      await world.append({ name: 'C' })
      await world.caughtUp(lake)
      world.world.nowMs += 3_600_000
      await lake.tend()
      await lake.tend()
      expect(await Array.fromAsync(checkTables(createNodeDisk(), frozen?.folder ?? ''))).toEqual([])
      await cp(frozen?.folder ?? '', copy, { recursive: true })
    }
    await world.stop()
    expect(await readdir(join(world.folder, 'frozen'))).toEqual([])
    await rm(world.folder, { recursive: true })
    await cp(copy, world.folder, { recursive: true })
    await rm(copy, { recursive: true })
    lake = await world.start()
    await world.caughtUp(lake)
    expect((await world.query(await lake.tables.snapshot(id), names)).flat()).toEqual(['A', 'B', 'C'])
  })

  test('are checked against their manifests; a table whose manifest is damaged says so, and no other', async () => {
    await using world = await lakeWorld()
    let lake = await world.start()
    const damaged = await world.putStore()
    const whole = await world.putStore()
    await world.append({ name: 'A' })
    await world.caughtUp(lake)
    await world.stop()
    const problems = () => Array.fromAsync(checkTables(createNodeDisk(), world.folder))
    expect(await problems()).toEqual([])
    await change(join(world.folder, whole, 'tail-00000001.ndjson'), 20)
    expect(await problems()).toEqual([`${whole}/tail-00000001.ndjson is not as it was written`])
    await rm(join(world.folder, damaged, 'manifest'))
    expect((await problems())[0]).toBe(`${damaged}: the manifest is missing`)
    await writeFile(join(world.folder, damaged, 'manifest'), '00000000 {}\n')
    expect((await problems())[0]).toMatch(`${damaged}: the manifest of a table cannot be read: line at byte 0`)
    lake = await world.start()
    await world.append({ name: 'B' })
    await world.caughtUp(lake)
    await expect(lake.tables.snapshot(damaged)).rejects.toMatchObject({ code: 'lake.table-damaged' })
    expect(await lake.tables.snapshot(whole)).toMatchObject({ rows: 2 })
    await world.removeStore(damaged)
    await lake.tend()
    expect(await readdir(world.folder)).not.toContain(damaged)
  })
})

async function change(path: string, at: number): Promise<void> {
  const bytes = await readFile(path)
  bytes[at] = (bytes[at] ?? 0) ^ 1
  await writeFile(path, bytes)
}
