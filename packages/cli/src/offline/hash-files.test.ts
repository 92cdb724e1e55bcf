import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { sha256Of } from '@cairn/server/gzip-member'
import { afterAll, describe, expect, it } from 'vitest'
import { hashFiles } from './hash-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'cairn-hash-files-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('hashing files', () => {
  it('gives the hash of each, whatever its size and that of the one before', async () => {
    // Beyond what a thread's buffer has at first, and beyond what is held in memory at once.
    const sizes = [300_000, 10, 1_000_000, 9_000_000, 400_000, 0]
    const contents = sizes.map((size) => randomBytes(size))
    const files = contents.map((content) => gzipSync(content, { level: 1 }))
    const paths = sizes.map((size) => join(folder, `${size}.json.gz`))
    for (const [index, path] of paths.entries()) writeFileSync(path, files[index] ?? '')

    const { results, fileBytes } = await hashFiles(paths.map((path) => ({ path, isDigest: false })))

    const expected = contents.map((content) => ({ kind: 'read', sha256: sha256Of(content), hasMoreBytes: false }))
    expect(results).toMatchObject(expected)
    expect(fileBytes).toBe(files.reduce((sum, { length }) => sum + length, 0))
  })

  it('tells of a file that is gone, and goes on with the next', async () => {
    const path = join(folder, 'there.json.gz')
    writeFileSync(path, gzipSync('{"Records":[]}'))
    const jobs = [join(folder, 'gone.json.gz'), path].map((each) => ({ path: each, isDigest: true }))

    const { results } = await hashFiles(jobs)

    expect(results).toMatchObject([
      { kind: 'unreadable', problem: 'cannot be read (ENOENT)' },
      { kind: 'read', text: '{"Records":[]}' },
    ])
  })
})
