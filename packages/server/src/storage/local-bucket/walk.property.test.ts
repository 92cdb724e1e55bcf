import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fullSize } from '@cairn/testkit'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDirectories, type Directories } from './directories.ts'
import { type ByteString, keyPath, toBytes } from './key-path.ts'
import { walkKeys } from './walk.ts'

const keyCount = fullSize(10_000, 100_000)
const segment = fc.oneof(
  fc.constantFrom('AWSLogs', 'CloudTrail', '2026', '', '.', '..', '-', 'a', 'a+', 'a@', 'é', '🙂', 'x'.repeat(80)),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }),
)
const anyKey = fc
  .array(segment, { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join('/').toWellFormed())
  .filter((key) => key !== '')

let root: string
let directories: Directories
let sorted: readonly ByteString[]

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'cairn-walk-'))
  directories = createDirectories()
  const keys = new Set(fc.sample(anyKey, { numRuns: keyCount, seed: 7 }))
  for (const key of keys) {
    const { directories: names, file } = keyPath(key)
    mkdirSync(join(root, ...names), { recursive: true })
    writeFileSync(join(root, ...names, file), '')
  }
  sorted = [...keys].map(toBytes).sort((a, b) => (a < b ? -1 : 1))
}, 60_000)
afterAll(() => rmSync(root, { recursive: true }))

async function walked(prefix: ByteString, from: ByteString, limit = Infinity): Promise<ByteString[]> {
  const keys: ByteString[] = []
  for await (const { key } of walkKeys(directories, root, prefix, from)) {
    if (keys.push(key) >= limit) break
  }
  return keys
}

it('walks ten thousand keys in byte order', async () => {
  expect(await walked('', '')).toEqual(sorted)
})

it('begins anywhere, under any prefix, where a naive look through all keys would', async () => {
  const limit = 20
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(anyKey, fc.nat(keyCount)),
      fc.oneof(fc.constant(''), anyKey, segment),
      async (start, text) => {
        const from = typeof start === 'number' ? (sorted[start % sorted.length] ?? '') : toBytes(start)
        const prefix = toBytes(text.toWellFormed())
        const expected = sorted.filter((key) => key >= from && key.startsWith(prefix)).slice(0, limit)
        expect(await walked(prefix, from, limit)).toEqual(expected)
      },
    ),
    { numRuns: fullSize(200, 5_000) },
  )
})
