import { createHash, hash } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Catalog } from '../../ports/catalog.ts'
import { createMemoryCatalog } from '../../storage/memory/catalog.ts'
import type { ImportRequest, Imports } from '../imports/index.ts'
import { createFailedFiles } from './index.ts'

const never = new AbortController().signal
const finding = { kind: 'file-changed', place: 's3://logs/a.json.gz', sentence: 'it was changed' } as const

/** Records of a file are its pieces; an import asks for each whether it is known. */
const imports: Imports = {
  async *run({ files, destination }: ImportRequest) {
    yield { kind: 'waiting' }
    for await (const { bytes } of files) {
      const keys = []
      for await (const record of bytes) {
        keys.push({ account: '1', eventId: undefined, contentHash: hash('sha256', record, 'buffer'), timeMs: 0 })
      }
      await destination?.seen.recognise(keys)
    }
  },
}

async function* fileOf(records: readonly Uint8Array[]) {
  yield { name: 'a', bytes: ReadableStream.from(records) }
}

const record = (text: string) => Buffer.from(`{"eventID":"${text}"}`)

function start(catalog: Catalog) {
  const seen = { recognise: async () => ({ answers: [] }), caughtUp: async () => {} }
  return createFailedFiles({ catalog, imports, seen, clock: { nowMs: () => 7 } })
}

it('events of a failed file are known by their content, also after a restart; others are not', async () => {
  const catalog = createMemoryCatalog()
  const first = start(catalog)
  expect(first.of(record('a'))).toEqual([])
  const file = { ...finding, foundAtMs: 7, events: 2, marked: 2 }
  expect(await first.mark(finding, fileOf([record('a'), record('b')]), never)).toEqual(file)
  for (const one of [first, start(catalog)]) {
    expect(one.of(record('a'))).toEqual([file])
    expect(one.of(record('c'))).toEqual([])
    expect(one.list()).toEqual([file])
  }
})

it('the same finding is kept once, another one of the same events beside it', async () => {
  const failed = start(createMemoryCatalog())
  const file = () => fileOf([record('a')])
  await failed.mark(finding, file(), never)
  await failed.mark(finding, file(), never)
  await failed.mark({ ...finding, place: 's3://logs/copy.json.gz' }, file(), never)
  expect(failed.list()).toHaveLength(2)
  expect(failed.of(record('a')).map(({ place }) => place)).toEqual(['s3://logs/a.json.gz', 's3://logs/copy.json.gz'])
})

it('a file with more events than there is room for says how many are not marked', async () => {
  const failed = start(createMemoryCatalog())
  const many = Array.from({ length: 20_100 }, (_, index) => createHash('md5').update(`${index}`).digest())
  expect(await failed.mark(finding, fileOf(many), never)).toMatchObject({ events: 20_100, marked: 20_000 })
  expect(many.filter((one) => failed.of(one).length > 0)).toHaveLength(20_000)
})
