import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { storedColumns } from '@cairn/core/lake'
import { createNodeDisk } from '@cairn/server/storage/disk'
import { checkTables } from '@cairn/server/storage/lake-files'
import { fullSize } from '@cairn/testkit'
import { createRandom } from '@cairn/testkit/seed'
import { expect, test } from 'vitest'
import { startVictim } from './kill-rig.ts'
import { openLakeInstallation, store } from './lake-installation.ts'

const entry = new URL('./lake-victim.ts', import.meta.url)

/** Ids of all rows of the table, once it has caught up with the log. */
async function idsInTable(directory: string): Promise<readonly string[]> {
  await using installation = await openLakeInstallation(directory)
  const { lake, log, engine } = installation
  while (lake.consumer.start() < log.bounds().end) await setTimeout(10)
  const { parquet, lines, release } = await lake.tables.snapshot(store)
  const types = storedColumns('events').map(({ name, type }) => `"${name}": '${type}'`)
  const listed = (paths: readonly string[]) => `[${paths.map((path) => `'${path}'`).join(', ')}]`
  const sources = [
    ...(parquet.length > 0 ? [`read_parquet(${listed(parquet.map(({ path }) => path))})`] : []),
    ...(lines.length > 0
      ? [`read_json(${listed(lines)}, columns = {${types.join(', ')}}, format = 'newline_delimited')`]
      : []),
  ]
  await using run = engine.run({
    statement: sources.map((source) => `SELECT eventid FROM ${source}`).join(' UNION ALL '),
    tables: [],
    files: [...parquet.map(({ path }) => path), ...lines],
    timeoutMs: 60_000,
    memoryBytesMax: 800 * 1024 * 1024,
  })
  const ids: string[] = []
  for await (const { rows } of run.batches) ids.push(...rows.map(([id]) => String(id)))
  release()
  return ids
}

test('a process killed at any moment leaves a table with every event once', { timeout: 600_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'cairn-lake-kill-'))
  const random = createRandom(11)
  const acknowledged = new Set<string>()
  try {
    for (let life = 0; life < fullSize(5, 60); life++) {
      const victim = startVictim(entry, [directory, String(life)])
      await victim.started
      await setTimeout(random.below(1_200))
      await victim.kill()
      for (const id of victim.lines) acknowledged.add(id)
    }
    const ids = await idsInTable(directory)
    expect(new Set(ids).size, 'no row twice').toBe(ids.length)
    expect(acknowledged.difference(new Set(ids)).size, 'no event missing').toBe(0)
    expect(acknowledged.size).toBeGreaterThan(50)
    expect(await Array.fromAsync(checkTables(createNodeDisk(), join(directory, 'lake')))).toEqual([])
  } finally {
    await rm(directory, { recursive: true })
  }
})
