import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LakeFiles } from '../../ports/lake-files.ts'
import { openLakeFiles } from './lake-files.ts'

/** Tables that go with the process. Nothing is made before it is needed, which in most tests is never. */
export function createTemporaryLakeFiles(): LakeFiles {
  let folder: Promise<string> | undefined
  let opening: Promise<LakeFiles> | undefined
  let opened: LakeFiles | undefined

  async function open(): Promise<LakeFiles> {
    folder = mkdtemp(join(tmpdir(), 'cairn-lake-'))
    opened = await openLakeFiles({ folder: await folder })
    return opened
  }

  const files = (): Promise<LakeFiles> => {
    opening ??= open()
    return opening
  }

  return {
    cursor: () => opened?.cursor(),
    tables: () => opened?.tables() ?? new Map(),
    damaged: () => opened?.damaged() ?? new Map(),
    // Only files of tables have paths, and those exist once it is open.
    pathOf: (store, file) => opened?.pathOf(store, file) ?? file,
    prepare: async (batch) => (await files()).prepare(batch),
    write: async (batch) => (await files()).write(batch),
    mark: async (next) => opened?.mark(next),
    roll: async (store) => opened?.roll(store),
    replace: async (store, change) => (await files()).replace(store, change),
    drop: async (store) => opened?.drop(store),
    remove: async (store, names) => opened?.remove(store, names),
    freeze: async () => (await files()).freeze(),
    async [Symbol.asyncDispose]() {
      await (await opening)?.[Symbol.asyncDispose]()
      if (folder !== undefined) await rm(await folder, { recursive: true, force: true })
    },
  }
}
