import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fileSource } from './file-source.ts'
import { settings } from './schema.ts'
import { durationMs, formatDuration, formatSize, sizeBytes } from './setting.ts'

const largest = 1e15

test('every duration reads back from its written form', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e11 }), (ms) => {
      expect(durationMs(0, largest).parse(formatDuration(ms))).toBe(ms)
    }),
  )
})

test('every size reads back from its written form', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e11 }), (bytes) => {
      expect(sizeBytes(0, largest).parse(formatSize(bytes))).toBe(bytes)
    }),
  )
})

test('any text as a file gives settings or problems with a place, and never throws', () => {
  const lineFor = fc
    .tuple(
      fc.constantFrom('port', 'limits', 'history', 'accounts', ' headersMax', '? x', '- a', '*a', '&a'),
      fc.string(),
    )
    .map(([key, value]) => `${key}: ${value}`)
  const text = fc.oneof(
    fc.string(),
    fc.array(lineFor).map((lines) => lines.join('\n')),
  )
  fc.assert(
    fc.property(text, (yaml) => {
      const source = fileSource(yaml, 'f.yaml', '/')
      for (const problem of source.problems) expect(problem.place).toMatch(/^f\.yaml/)
      for (const given of source.given) expect(settings).toContain(given.setting)
    }),
  )
})
