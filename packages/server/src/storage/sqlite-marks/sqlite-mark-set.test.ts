import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { marksOf, registerMarkSetContract } from '@cairn/testkit/contracts/mark-set'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSqliteMarkSet } from './index.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-marks-'))
  path = join(folder, 'imports.db')
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('in a file', () => {
  registerMarkSetContract('sqlite', async () => {
    const own = mkdtempSync(join(tmpdir(), 'cairn-marks-'))
    const set = createSqliteMarkSet({ path: join(own, 'imports.db') })
    return {
      ...set,
      async [Symbol.asyncDispose]() {
        await set[Symbol.asyncDispose]()
        rmSync(own, { recursive: true })
      },
    }
  })

  it('is there after a restart', async () => {
    const before = createSqliteMarkSet({ path })
    await before.add(marksOf('a'))
    await before[Symbol.asyncDispose]()
    await using after = createSqliteMarkSet({ path })
    expect([...(await after.has(marksOf('a', 'b')))]).toEqual([1, 0])
  })

  it('begins anew where the file is damaged', async () => {
    writeFileSync(path, 'no database at all, and long enough to be taken for one. '.repeat(100))
    await using set = createSqliteMarkSet({ path })
    expect([...(await set.has(marksOf('a')))]).toEqual([0])
    await set.add(marksOf('a'))
    expect([...(await set.has(marksOf('a')))]).toEqual([1])
  })

  it('costs less than 60 bytes a mark', async () => {
    const set = createSqliteMarkSet({ path })
    // As they come: file after file of one folder after the other.
    for (let from = 0; from < 50_000; from += 1_000) {
      const folderMark = marksOf(`folder ${from}`).subarray(0, 8)
      const marks = Array.from({ length: 1_000 }, (_, index) =>
        Buffer.concat([folderMark, marksOf(`file ${from + index}`).subarray(8)]),
      )
      await set.add(Buffer.concat(marks))
    }
    await set[Symbol.asyncDispose]()
    expect(statSync(path).size / 50_000).toBeLessThan(60)
  })
})
