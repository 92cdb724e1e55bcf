import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byteRange } from './byte-range.ts'
import { keyWriter } from './listing.ts'
import { readToken, writeToken } from './page-token.ts'
import { ApiFailure } from './s3-caller.fixture.ts'

const fail = (code: string, message: string): never => {
  throw new ApiFailure(code, message)
}
const anyText = fc.string({ unit: 'binary' }).map((text) => text.toWellFormed())

describe('texts that clients send', () => {
  it('a token is read back, and anything else is refused as the argument it is', () => {
    fc.assert(
      fc.property(anyText, (name) => {
        expect(readToken(writeToken(name), fail)).toBe(name)
      }),
    )
    fc.assert(
      fc.property(fc.oneof(anyText, fc.base64String({ maxLength: 3000 })), (token) => {
        let read: string | undefined
        try {
          read = readToken(token, fail)
        } catch (error) {
          expect(error).toMatchObject({ code: 'InvalidArgument' })
        }
        if (read !== undefined) expect(writeToken(read)).toBe(token)
      }),
    )
  })

  it('a range is a part of the object, or the whole, or nothing that is there', () => {
    const number = fc.oneof(fc.nat(30), fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.constant(''))
    const header = fc.oneof(
      anyText,
      fc.tuple(number, number).map(([first, last]) => `bytes=${first}-${last}`),
    )
    fc.assert(
      fc.property(header, fc.nat(20), (text, size) => {
        const range = byteRange(text, size)
        if (typeof range === 'string') return
        expect(range.first).toBeGreaterThanOrEqual(0)
        expect(range.last).toBeGreaterThanOrEqual(range.first)
        expect(range.last).toBeLessThan(size)
      }),
    )
  })

  it('an encoded key is printable and read back as clients read it', () => {
    fc.assert(
      fc.property(anyText, (key) => {
        const encoded = keyWriter('url')(key)
        expect(encoded).toMatch(/^[A-Za-z0-9\-_.~*%+/]*$/)
        expect(decodeURIComponent(encoded.replaceAll('+', '%20'))).toBe(key)
      }),
    )
  })
})
