import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ImportSummary } from '@cairn/server/imports'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Output } from '../output/output.ts'
import { duration, size } from '../output/words.ts'
import { findFiles } from './find-files.ts'
import { createProgress } from './progress.ts'
import { readFiles } from './read-files.ts'
import { problemLines, summaryLines } from './report.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-import-'))
  mkdirSync(join(folder, 'logs/deep'), { recursive: true })
  for (const name of ['logs/b.json', 'logs/a.json.gz', 'logs/deep/c.json', 'logs/.hidden', 'one.txt'])
    writeFileSync(join(folder, name), name)
  symlinkSync(join(folder, 'logs'), join(folder, 'logs/loop'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function names(...paths: string[]): Promise<string[]> {
  const found = await Array.fromAsync(findFiles(paths, folder))
  return found.map(({ name }) => name)
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

describe('paths', () => {
  test('a folder is all files below it by name, without hidden ones and links to folders', async () => {
    expect(await names('logs')).toEqual(['logs/a.json.gz', 'logs/b.json', 'logs/deep/c.json'])
  })

  test('files, patterns and standard input may be mixed', async () => {
    expect(await names('one.txt', 'logs/*.json', '-')).toEqual(['one.txt', 'logs/b.json', '-'])
  })

  test('what leads nowhere is refused', async () => {
    await expect(names('typo')).rejects.toThrow('There is nothing at typo.')
    await expect(names('logs/*.parquet')).rejects.toThrow('There is nothing at')
  })
})

test('files are read in order; one that vanished is marked and the next follows', async () => {
  const files = await Array.fromAsync(findFiles(['logs'], folder))
  rmSync(join(folder, 'logs/b.json'))
  const told: string[] = []
  const each = async function* () {
    yield* files
  }
  for await (const part of readFiles(each(), nothing())) {
    if (part.kind === 'file') told.push(part.name)
    else if (part.kind === 'bytes') told.push(Buffer.from(part.bytes).toString())
    else told.push(part.isUnreadable ? 'unreadable' : 'end')
  }
  expect(told.join(' ')).toBe(
    'logs/a.json.gz logs/a.json.gz end logs/b.json unreadable logs/deep/c.json logs/deep/c.json end',
  )
})

test('a summary says what was done, what was not, and what to do next', () => {
  const summary: ImportSummary = {
    kind: 'summary',
    isPlan: false,
    files: 3,
    bytes: 1,
    records: 1205,
    added: 1200,
    duplicates: 5,
    conflicts: 1,
    outside: 0,
    expired: 0,
    digests: 2,
    setAside: 1,
    recordBytes: 9,
    accounts: [{ account: '111122223333', records: 1205 }],
    fromMs: Date.UTC(2024, 0, 2),
    toMs: Date.UTC(2024, 0, 3),
    tookMs: 1500,
  }
  expect(summaryLines(summary)).toEqual([
    'Imported 1,200 events from 3 files in 1.5 s.',
    '5 of the 1,205 found were here already.',
    '1 event has the id of another with other content: both are kept.',
    '2 digest files set aside.',
    '1 piece could not be read and was set aside: see above; docs/reference/faults/import.md says what the words mean.',
    'Account: 111122223333 (1,205).',
    'From 2024-01-02T00:00:00Z to 2024-01-03T00:00:00Z.',
    'Look at them: npx cairn lookup --since 2024-01-02T00:00:00Z --until 2024-01-03T00:00:01Z',
  ])
  expect(summaryLines({ ...summary, isPlan: true, diskBytes: 2_500_000, needsMs: 7_200_000 }).at(-1)).toBe(
    'Needs about 2.5 MB on disk and 2.0 h. Nothing was written.',
  )
})

test('a file name cannot move the cursor', () => {
  const file = {
    kind: 'file',
    name: 'a\u001b[2J',
    bytes: 1,
    records: 0,
    added: 0,
    duplicates: 0,
    conflicts: 0,
    outside: 0,
    expired: 0,
  } as const
  const lines = problemLines({
    ...file,
    digests: 0,
    setAside: 30,
    problems: [{ code: 'truncated', offset: 1234 }],
    conflictingIds: ['e-1'],
  })
  expect(lines).toEqual([
    'a<001B>[2J: byte 1,234: truncated',
    'a<001B>[2J: and 29 more',
    'a<001B>[2J: event e-1 is here with other content',
  ])
})

test('progress shows rate and time left on a terminal, and nothing elsewhere', async () => {
  const written: string[] = []
  const output = (isTerminal: boolean): Output => ({
    isTerminal,
    isClosed: false,
    columns: 80,
    style: { bold: String, dim: String, red: String, green: String, yellow: String },
    write: async (text) => void written.push(String(text)),
    line: async () => {},
  })
  const done = {
    files: 1,
    bytes: 25,
    records: 5000,
    added: 5000,
    duplicates: 0,
    conflicts: 0,
    outside: 0,
    expired: 0,
    digests: 0,
    setAside: 0,
  }
  const allRead = { ...done, bytes: 100 }
  let now = 0
  for (const isTerminal of [false, true]) {
    now = 0
    const progress = createProgress(output(isTerminal), { files: 4, bytes: 100, isComplete: true }, () => now)
    now = 1000
    await progress.update(done)
    await progress.update(done)
    now = 2000
    await progress.update(allRead)
    await progress.clear()
  }
  expect(written).toEqual([
    '\r\u001b[K5,000 events  5,000/s  1 of 4 files  25 %  3.0 s left',
    '\r\u001b[K5,000 events  2,500/s  1 of 4 files  99 %  0.0 s left',
    '\r\u001b[K',
  ])
})

test('amounts are as precise as they are of use', () => {
  expect([400, 59_000, 600_000, 9_000_000].map(duration)).toEqual(['0.4 s', '59 s', '10 min', '2.5 h'])
  expect([12, 1500, 738_000, 5e12].map(size)).toEqual(['12 B', '1.5 kB', '738 kB', '5.0 TB'])
})
