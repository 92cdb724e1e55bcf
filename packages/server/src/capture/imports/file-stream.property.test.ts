import { fullSize } from '@cairn/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type FileStreamPart, readFileStream, writeFileStream } from './file-stream.ts'

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items
}

async function written(parts: readonly FileStreamPart[]): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(writeFileStream(each(parts))))
}

function cut(bytes: Buffer, pieceBytes: number): AsyncGenerator<Uint8Array> {
  const pieces: Uint8Array[] = []
  for (let from = 0; from < bytes.length; from += pieceBytes) pieces.push(bytes.subarray(from, from + pieceBytes))
  return each(pieces)
}

async function read(body: AsyncIterable<Uint8Array>) {
  const files: { name: string; bytes: string; isUnreadable: boolean }[] = []
  for await (const file of readFileStream(body)) {
    const pieces: Uint8Array[] = []
    let isUnreadable = false
    try {
      for await (const piece of file.bytes) pieces.push(Buffer.from(piece))
    } catch (error) {
      if ((error as { code?: string }).code !== 'import.file-unreadable') throw error
      isUnreadable = true
    }
    files.push({ name: file.name, bytes: Buffer.concat(pieces).toString('hex'), isUnreadable })
  }
  return files
}

const file = fc.record({
  name: fc.string({ unit: 'binary', maxLength: 30 }),
  chunks: fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 4 }),
  isUnreadable: fc.boolean(),
})

test('what is written is read back, however the body is cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(file, { maxLength: 5 }), fc.integer({ min: 1, max: 60 }), async (files, pieceBytes) => {
      const parts = files.flatMap(({ name, chunks, isUnreadable }): FileStreamPart[] => [
        { kind: 'file', name },
        ...chunks.map((bytes) => ({ kind: 'bytes', bytes }) as const),
        { kind: 'end', isUnreadable },
      ])
      expect(await read(cut(await written(parts), pieceBytes))).toEqual(
        files.map(({ name, chunks, isUnreadable }) => ({
          name: name.toWellFormed(),
          bytes: Buffer.concat(chunks).toString('hex'),
          isUnreadable,
        })),
      )
    }),
    { numRuns: fullSize(150, 5_000) },
  )
}, 60_000)

test('a body that ends inside a file, or follows no form, is broken and says so', async () => {
  const whole = await written([
    { kind: 'file', name: 'a' },
    { kind: 'bytes', bytes: Buffer.from('content') },
    { kind: 'end', isUnreadable: false },
  ])
  for (let length = 1; length < whole.length; length += 1) {
    await expect(read(cut(whole.subarray(0, length), 8)), `${length} bytes`).rejects.toMatchObject({
      code: 'import.stream-broken',
    })
  }
  for (const body of ['{"name":1}\n', 'null\n', 'text\n', 'x'.repeat(100_000)])
    await expect(read(cut(Buffer.from(body), 4096))).rejects.toMatchObject({ code: 'import.stream-broken' })
})

test('a file that its reader does not want is skipped', async () => {
  const body = await written([
    { kind: 'file', name: 'a' },
    { kind: 'bytes', bytes: Buffer.alloc(1_000_000) },
    { kind: 'end', isUnreadable: false },
    { kind: 'file', name: 'b' },
    { kind: 'end', isUnreadable: true },
  ])
  const names: string[] = []
  for await (const { name } of readFileStream(cut(body, 65_536))) names.push(name)
  expect(names).toEqual(['a', 'b'])
})
