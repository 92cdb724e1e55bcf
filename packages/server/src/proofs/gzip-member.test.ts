import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { type HashedMember, hashFirstMember, hashMember, readFirstMember, sha256Of } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'cairn-member-'))
afterAll(() => rmSync(folder, { recursive: true }))

const content = Buffer.from('{"Records":[]}'.repeat(1_000))
const member = gzipSync(content)

/** The three ways to the same answer: at once, a piece at a time from memory, a piece at a time from a file. */
const ways: Readonly<Record<string, (bytes: Uint8Array) => Promise<HashedMember>>> = {
  async 'at once'(bytes) {
    const read = readFirstMember(bytes, 1_000_000)
    if (read?.kind !== 'read') return read ?? { kind: 'unreadable', problem: 'is too large' }
    return { kind: 'read', sha256: sha256Of(read.content), hasMoreBytes: read.hasMoreBytes }
  },
  'from memory': hashMember,
  'from a file'(bytes) {
    const path = join(folder, 'member.gz')
    writeFileSync(path, bytes)
    return hashFirstMember(path, bytes.length)
  },
}

describe.each(Object.entries(ways))('the first member of a file, read %s', (_, read) => {
  it('is hashed as a whole, and what stands behind it is told', async () => {
    const whole = { kind: 'read', sha256: sha256Of(content) }
    expect(await read(member)).toEqual({ ...whole, hasMoreBytes: false })
    expect(await read(Buffer.concat([member, gzipSync('more')]))).toEqual({ ...whole, hasMoreBytes: true })
    expect(await read(Buffer.concat([member, Buffer.from('x')]))).toEqual({ ...whole, hasMoreBytes: true })
  })

  it('that was changed, cut, or is no gzip at all cannot be read', async () => {
    for (const at of [member.length - 1, member.length - 6, 20]) {
      const changed = Buffer.from(member)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(await read(changed)).toMatchObject({ kind: 'unreadable' })
    }
    for (const end of [12, 40, member.length - 1]) {
      expect(await read(member.subarray(0, end))).toMatchObject({ kind: 'unreadable' })
    }
    expect(await read(Buffer.from('{"Records":[]}'))).toEqual({
      kind: 'unreadable',
      problem: 'is not compressed with gzip',
    })
  })
})
