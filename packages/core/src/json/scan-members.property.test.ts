import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMemberScan } from './scan-members.ts'

const names = ['a', 'eventName', 'readOnly', 'ключ']
const scan = createMemberScan(names)

/** What the scan found, parsed: as `JSON.parse` of the whole would give it. */
function found(bytes: Uint8Array, from: number, to: number): Record<string, unknown> {
  return Object.fromEntries(
    names.flatMap((name, nth) => {
      const [start, end] = [scan.start(nth), scan.end(nth)]
      if (start === 0) return []
      expect(start).toBeGreaterThan(from)
      expect(end).toBeLessThan(to)
      return [[name, JSON.parse(new TextDecoder().decode(bytes.subarray(start, end)))]]
    }),
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** In the midst of other bytes, which must not matter. */
function check(text: string, before = '', behind = '0,:"}'): boolean {
  const bytes = new TextEncoder().encode(before + text + behind)
  const from = new TextEncoder().encode(before).length
  const to = bytes.length - new TextEncoder().encode(behind).length
  const accepted = scan.scan(bytes, from, to)
  const value = parsed(text)
  if (!accepted) return false
  expect(isObject(value)).toBe(true)
  if (isObject(value)) {
    const wanted = names.filter((name) => Object.hasOwn(value, name)).map((name) => [name, value[name]])
    expect(found(bytes, from, to)).toEqual(Object.fromEntries(wanted))
  }
  return true
}

describe('scanning for members', () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom(...names, '"', '\\', '\u2028'))
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.double({ noNaN: true }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      tie('list'),
      tie('object'),
    ),
    list: fc.array(tie('any'), { maxLength: 4 }),
    object: fc.dictionary(fc.oneof(text, fc.constantFrom(...names)), tie('any'), { maxKeys: 6 }),
  })).object

  test('gives every member that JSON.stringify wrote, wherever the bytes begin', () => {
    fc.assert(
      fc.property(value, fc.string(), fc.string(), (object, before, behind) => {
        const isPlain = Object.keys(object as object).every((key) => JSON.stringify(key) === `"${key}"`)
        expect(check(JSON.stringify(object), before, behind) || !isPlain).toBe(true)
      }),
    )
  })

  test('accepts nothing that JSON.parse refuses, and then gives the same', () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '"a"',
      '"a":',
      '"readOnly":',
      '1',
      '-',
      '0',
      '.',
      'e',
      '+',
      ...'tfnu',
    ]
    const words = [
      'true',
      'false',
      'null',
      '\\u00e9',
      '\\uD8',
      '\\x',
      ' ',
      '\n',
      '\u0001',
      'é',
      '"eventName":"x"',
      '01',
      '1e5',
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces, ...words), { maxLength: 12 }), (parts) => {
        check(`{${parts.join('')}}`)
        check(parts.join(''))
      }),
      { numRuns: 3_000 },
    )
  })

  test('accepts nothing that one changed byte made invalid', () => {
    const record = JSON.stringify({
      a: { b: [1, -2.5e-7, { c: 'é"\\/' }] },
      readOnly: true,
      x: null,
      eventName: 'Get\n',
    })
    fc.assert(
      fc.property(fc.nat(record.length - 1), fc.constantFrom(...'{}[],:"\\0-.eu tx\n'), (at, character) => {
        check(record.slice(0, at) + character + record.slice(at + 1))
        check(record.slice(0, at) + record.slice(at + 1))
        check(record.slice(0, at))
      }),
      { numRuns: 2_000 },
    )
  })

  test('of members that repeat gives the last', () => {
    expect(check('{"a":1,"eventName":"x","a":{"a":3}}')).toBe(true)
  })

  test('leaves keys with escapes and nesting without end to the parser', () => {
    expect(check('{"\\u0061":1}')).toBe(false)
    expect(check(`{"a":${'['.repeat(1000)}${']'.repeat(1000)}}`)).toBe(false)
  })
})
