import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyHeaders, joinedHeaders } from './http-message.ts'

test('every header is there under its name in lower case, whatever the name, and nothing else is', () => {
  const name = fc.constantFrom('__proto__', 'constructor', 'Connection', 'toString', 'Host', 'x')
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.string())), (pairs) => {
      const expected = new Map<string, string>()
      for (const [given, value] of pairs) {
        const lower = given.toLowerCase()
        const earlier = expected.get(lower)
        expected.set(lower, earlier === undefined ? value : `${earlier}, ${value}`)
      }
      const headers = joinedHeaders(pairs.flat())
      expect(new Map(Object.entries(headers))).toEqual(expected)
      for (const inherited of ['__proto__', 'constructor', 'tostring', 'toString']) {
        expect(headers[inherited]).toBe(expected.get(inherited))
      }
    }),
  )
})

test('nothing is inherited', () => {
  expect(emptyHeaders().toString).toBeUndefined()
  expect('constructor' in emptyHeaders()).toBe(false)
})
