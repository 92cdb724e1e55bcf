import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { ImportSummary } from '@cairn/server/imports'
import { fullSize, realData } from '@cairn/testkit'
import { recordFrames } from '@cairn/testkit/fakes/records'
import { type RunningCairn, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { describe, expect, test } from 'vitest'

const accountsUsed = ['111111111111', '222222222222']

/** Log files with records of distinct ids; gives the records' texts. */
function writeLogFiles(folder: string, files: number, recordsPerFile: number): ReadonlySet<string> {
  mkdirSync(folder)
  const source = recordFrames({
    seed: 11,
    startMs: Date.UTC(2025, 2, 1),
    accounts: accountsUsed,
    regions: ['eu-west-1'],
    variety: 500,
  })
  const texts = new Set<string>()
  for (let file = 0; file < files; file += 1) {
    const records: string[] = []
    while (records.length < recordsPerFile) {
      const frame = source.next().value
      if (frame) records.push(Buffer.from(frame.bytes).toString())
    }
    for (const record of records) texts.add(record)
    writeFileSync(join(folder, `${file}.json.gz`), gzipSync(`{"Records":[${records.join(',')}]}`))
  }
  return texts
}

async function summaryOf(cairn: RunningCairn, ...args: readonly string[]): Promise<ImportSummary> {
  const { code, stdout, stderr } = await cairn.cairn('import', '--json', ...args)
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
}

/** Of the accounts above: Cairn's own calls are recorded in another. */
async function storedRecords(cairn: RunningCairn): Promise<readonly string[]> {
  const accounts = accountsUsed.flatMap((account) => ['--account', account])
  const { stdout } = await cairn.cairn('lookup', '--ndjson', '--since', '2025-01-01', '--limit', '1000000', ...accounts)
  return stdout.trimEnd().split('\n')
}

test('the server is killed at any moment of an import, and run again: nothing twice, nothing missing', {
  timeout: fullSize(60_000, 600_000),
}, async () => {
  using folder = temporaryFolder()
  const logs = join(folder.path, 'logs')
  const texts = writeLogFiles(logs, 60, 100)
  const dataDir = join(folder.path, 'data')
  const kills = fullSize(3, 40)
  for (let kill = 0; kill < kills; kill += 1) {
    const cairn = await startCairn({ dataDir })
    const importing = cairn.cairn('import', logs)
    // From before the first record to after the last.
    await sleep(150 + (kill * 500) / kills)
    await cairn.kill()
    await importing
  }
  await using cairn = await startCairn({ dataDir })
  const last = await summaryOf(cairn, logs)
  expect(last).toMatchObject({ records: texts.size, conflicts: 0, setAside: 0 })
  expect(await summaryOf(cairn, logs)).toMatchObject({ added: 0, duplicates: texts.size })
  const stored = await storedRecords(cairn)
  expect(stored).toHaveLength(texts.size)
  expect(stored.filter((line) => !texts.has(line))).toEqual([])
})

test('a plan writes nothing, a mistyped path is refused, and no server need run', { timeout: 60_000 }, async () => {
  using folder = temporaryFolder()
  const logs = join(folder.path, 'logs')
  const texts = writeLogFiles(logs, 2, 5)
  const cairn = await startCairn({ dataDir: join(folder.path, 'data') })
  await cairn.stop()
  expect(await summaryOf(cairn, '--plan', logs)).toMatchObject({ isPlan: true, added: texts.size })
  expect(await summaryOf(cairn, join(logs, '*.gz'))).toMatchObject({ added: texts.size })
  const refused = await cairn.cairn('import', join(folder.path, 'lgos'))
  expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('There is nothing at') })
})

const data = realData()

describe.skipIf(data === undefined)('real log files (skipped where ../shared/data is absent)', () => {
  test('a folder of real logs is imported once and found as it was', { timeout: 60_000 }, async () => {
    using folder = temporaryFolder()
    await using cairn = await startCairn({ dataDir: join(folder.path, 'data') })
    const logs = join(data ?? '', 'real-logs/invictus-ir')
    const first = await cairn.cairn('import', logs)
    expect(first.stdout).toContain('Imported 2,900 events from 55 files')
    expect(first.stdout).toContain('From 2023-07-10T11:42:18Z to 2023-07-10T12:37:50Z.')
    expect((await cairn.cairn('import', logs)).stdout).toContain('Imported 0 events')
    const conditions = ['--user', 'bert-jan', '--event-name', 'GetSecretValue', '--since', '2023-07-10']
    const found = await cairn.cairn('lookup', '--ndjson', '--limit', '1000', ...conditions)
    expect(found.stdout.trimEnd().split('\n')).toHaveLength(60)
  })
})
