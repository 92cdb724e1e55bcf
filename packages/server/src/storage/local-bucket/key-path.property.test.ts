import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { afterPrefix, fromBytes, keyPath, parseEntryName, toBytes } from './key-path.ts'

const anyKey = fc
  .string({
    unit: fc.oneof(fc.constantFrom('/', '.', '..', '@', '+', '%', '\0', 'x'.repeat(80)), fc.string({ maxLength: 2 })),
    maxLength: 12,
  })
  .map((key) => key.toWellFormed())
  .filter((key) => key !== '' && Buffer.byteLength(key) <= 1024)

/** The key again, from the names on its path. */
function keyOf({ directories, file }: ReturnType<typeof keyPath>): string {
  const names = [...directories, file].map(parseEntryName)
  return fromBytes(names.map((name) => ('bytes' in name ? name.bytes : '')).join(''))
}

describe('paths of keys', () => {
  it('give the key back and stay below the bucket, whatever the key', () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        const path = keyPath(key)
        expect(keyOf(path)).toBe(key)
        for (const name of [...path.directories, path.file]) {
          expect(name).toMatch(/^[A-Za-z0-9\-_=%][A-Za-z0-9\-_=.%+@]*$/)
          expect(name.length).toBeLessThanOrEqual(241)
        }
        expect(path.file.endsWith('@')).toBe(true)
        for (const name of path.directories) expect(name).not.toContain('@')
      }),
      { numRuns: 2000 },
    )
  })

  it('do not meet for two keys, also where one is the folder of the other', () => {
    fc.assert(
      fc.property(anyKey, anyKey, (one, other) => {
        const text = (key: string) => JSON.stringify(keyPath(key))
        expect(text(one) === text(other)).toBe(one === other)
      }),
    )
  })

  it('have the least string above a prefix', () => {
    fc.assert(
      fc.property(anyKey, anyKey, (prefix, key) => {
        const end = afterPrefix(toBytes(prefix)) ?? ''
        expect(toBytes(prefix + key) < end).toBe(true)
        expect(toBytes(prefix) < end).toBe(true)
      }),
    )
  })
})
