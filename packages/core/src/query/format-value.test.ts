import { describe, expect, it } from 'vitest'
import { arrayOf, bigint, double, formatValue, mapOf, rowOf, type SqlType, timestamp, varchar } from './index.ts'

const zoned: SqlType = { kind: 'timestamp with time zone', precision: 3 }

describe('a value in a result', () => {
  it.each<readonly [string | null, SqlType, unknown]>([
    [null, varchar, null],
    ['x', varchar, 'x'],
    ['true', { kind: 'boolean' }, true],
    ['12345678901234567890', bigint, 12345678901234567890n],
    ['1.0', double, 1],
    ['1.0E7', double, 1e7],
    ['123456.5', double, 123456.5],
    ['1.0E-4', double, 0.0001],
    ['-0.0', double, -0],
    ['NaN', double, Number.NaN],
    ['0.1', { kind: 'real' }, 0.1],
    ['0.1', { kind: 'real' }, Math.fround(0.1)],
    ['1.50', { kind: 'decimal', precision: 3, scale: 2 }, '1.50'],
    ['2023-07-01 00:00:00.000', timestamp, '2023-07-01 00:00:00'],
    ['2023-07-01 00:00:00.123', timestamp, '2023-07-01 00:00:00.123456'],
    ['2023-07-01 00:00:00.000 UTC', zoned, { u: '2023-07-01 00:00:00', z: 'UTC' }],
    ['2023-07-01 05:30:00.500 Asia/Kolkata', zoned, { u: '2023-07-01 00:00:00.5', z: 'Asia/Kolkata' }],
    ['2023-06-30 18:30:00.000 -05:30', zoned, { u: '2023-07-01 00:00:00', z: '-05:30' }],
    [null, zoned, { u: null, z: null }],
    ['1 01:01:01.001', { kind: 'interval day to second' }, 90_061_001],
    ['-0-1', { kind: 'interval year to month' }, -1],
    ['01 ff', { kind: 'varbinary' }, new Uint8Array([1, 255])],
    ['[a, null]', arrayOf(varchar), ['a', null]],
    ['{k=[v]}', mapOf(varchar, arrayOf(varchar)), new Map([['k', ['v']]])],
    ['{type=Root, arn=null}', rowOf({ type: varchar, arn: varchar }), { type: 'Root', arn: null }],
    ['{field0=1}', { kind: 'row', fields: [{ type: bigint }] }, { f1: 1 }],
  ])('is text as Lake shows it: %s', (text, type, value) => {
    expect(formatValue(value, type)).toBe(text)
  })
})
