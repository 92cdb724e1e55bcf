import { gzipSync, zstdCompressSync } from 'node:zlib'
import { fullSize } from '@cairn/testkit'
import { expect, test } from 'vitest'
import { createMemoryEventLog } from '../../storage/memory/event-log.ts'
import { importsInto } from './imports.fixture.ts'
import type { ImportEvent, ImportFile } from './index.ts'

/** Files that are broken or made to break something: bounded, reported, and their neighbours go in. */

const record = (id: string, more = '') =>
  `{"eventVersion":"1.08","eventTime":"2024-01-02T03:04:05Z","eventID":"${id}","eventName":"X"${more}}`
const a = record('a')
const b = record('b')
const many = Array.from({ length: 3_000 }, (_, index) => record(`id-${Math.sin(index)}`)).join('\n')
const mebibyte = 1024 * 1024
const blanks = Buffer.alloc(100 * mebibyte, 0x20)

async function* pieces(content: string | Uint8Array | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (typeof content === 'string') yield Buffer.from(content)
  else if (content instanceof Uint8Array) yield content
  else yield* content
}

/** What an import of the file, and of a good one behind it, put into the log and said. */
async function importBesideGood(content: string | Uint8Array | Iterable<Uint8Array>) {
  const log = createMemoryEventLog()
  const imports = importsInto(log)
  async function* files(): AsyncGenerator<ImportFile> {
    yield { name: 'hostile', bytes: pieces(content) }
    yield { name: 'good', bytes: pieces(record('good')) }
  }
  const events: ImportEvent[] = []
  const run = imports.run({ files: files(), isPlan: false, signal: new AbortController().signal })
  for await (const event of run) events.push(event)
  const texts = (await log.read(log.bounds().first, 64 * mebibyte)).map(({ bytes }) => Buffer.from(bytes).toString())
  const problems = events.flatMap((event) => (event.kind === 'file' ? event.problems.map(({ code }) => code) : []))
  expect(texts.pop()).toBe(record('good'))
  return { texts, problems }
}

function* hugeRecord(): Generator<Uint8Array> {
  yield Buffer.from(`[${a},{"eventVersion":"1","x":"`)
  const piece = Buffer.alloc(mebibyte, 0x79)
  for (let written = 0; written < fullSize(64, 300); written++) yield piece
  yield Buffer.from(`"},${b}]`)
}

const odd = record('odd', ',"n":1e400,"n":-0.0,"big":12345678901234567890,"s":"\\ud800\\/"')

test.each([
  ['a number that overflows, one of 20 digits and a doubled key', `{"Records":[${odd}]}`, [odd], []],
  ['a byte order mark', `\ufeff{"Records":[${a},${b}]}`, [a, b], []],
  ['CRLF between records', `${a}\r\n${b}\r\n`, [a, b], []],
  ['NUL between records', `${a}\u0000\u0000${b}`, [a, b], ['unexpected-text']],
  ['several gzip members', Buffer.concat([gzipSync(`[${a}]`), gzipSync(`[${b}]`)]), [a, b], []],
  ['several zstd frames', Buffer.concat([zstd(`${a}\n`), zstd(`${b}\n`)]), [a, b], []],
  [
    'zstd frames of a megabyte, one of nothing between',
    Buffer.concat([zstd(padded(a)), zstd(''), zstd(padded(b))]),
    [a, b],
    [],
  ],
  ['nothing', '', [], []],
  ['nothing, compressed', gzipSync(''), [], []],
  [
    'nesting of 100,000',
    `[${record('deep', `,"x":${'['.repeat(100_000)}${']'.repeat(100_000)}`)},${a}]`,
    [a],
    ['too-deep'],
  ],
  ['a gzip bomb', gzipSync(blanks), [], ['expands-too-much']],
  ['a zstd bomb', zstdCompressSync(blanks), [], ['expands-too-much']],
  ['a record of hundreds of megabytes', hugeRecord(), [a, b], ['record-too-large']],
])('%s', { timeout: 60_000 }, async (_, content, texts, problems) => {
  expect(await importBesideGood(content)).toEqual({ texts, problems })
})

test.each([
  ['gzip', gzipSync(many)],
  ['zstd', zstd(many)],
])('a %s file cut short gives what it holds and says that it is cut', async (_, whole) => {
  const { texts, problems } = await importBesideGood(whole.subarray(0, whole.length - 200))
  expect(texts.length).toBeGreaterThan(1_000)
  expect(many.startsWith(texts.join('\n'))).toBe(true)
  expect(new Set(problems)).toEqual(new Set(['truncated']))
})

/** With so much white space, and noise in it, that it is read in many steps. */
function padded(text: string): string {
  const noise = Array.from({ length: 3_000_000 }, (_, index) => ' \n\t '[(index * index * 7919) % 4])
  return `${noise.join('')}${text}\n`
}

function zstd(text: string): Buffer {
  return zstdCompressSync(Buffer.from(text))
}
