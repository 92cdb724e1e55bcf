import { expect, test } from 'vitest'
import { lakeRow, parseRecord, RowLines } from './index.ts'

const encoder = new TextEncoder()

test('lines stand one behind the other until they are cleared', () => {
  const lines = new RowLines('events', { isUtf8: () => true })
  const names = Array.from({ length: 100 }, (_, index) => `Event${index}`)
  for (const name of names) lines.add(encoder.encode(JSON.stringify({ eventName: name })))
  const text = new TextDecoder().decode(lines.bytes(0, lines.last.to))
  expect(
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).eventname),
  ).toEqual(names)
  lines.clear()
  lines.add(encoder.encode('{}'))
  expect(lines.last).toEqual({ from: 0, to: '{"eventjson":"{}"}\n'.length, eventTimeMs: undefined })
})

test('bytes that are no text become what they are as text', () => {
  const lines = new RowLines('events', { isUtf8: () => false })
  const bytes = encoder.encode('{"eventName":"x?"}')
  bytes[bytes.indexOf(0x3f)] = 0xff
  expect(lines.add(bytes)).toBe(true)
  const text = '{"eventName":"x\ufffd"}'
  const line = new TextDecoder('utf-8', { fatal: true }).decode(lines.bytes(0, lines.last.to))
  expect(line).toBe(`${lakeRow('events', parseRecord(text) ?? {}, text).line}\n`)
})

test('nesting without end is no danger', () => {
  const lines = new RowLines('events', { isUtf8: () => true })
  const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`
  expect(lines.add(encoder.encode(`{"requestParameters":{"a":${deep}}}`))).toBe(true)
  expect(JSON.parse(new TextDecoder().decode(lines.bytes(0, lines.last.to))).requestparameters).toEqual({ a: deep })
})

test('an Insights event has its statistics in columns', () => {
  const lines = new RowLines('insights', { isUtf8: () => true })
  lines.add(encoder.encode('{"insightDetails":{"state":"Start"}}'))
  expect(JSON.parse(new TextDecoder().decode(lines.bytes(0, lines.last.to)))).toEqual({ insightstate: 'Start' })
})
