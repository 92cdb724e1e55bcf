import { hash } from 'node:crypto'
import { type MarkSet, markBytes } from '../../ports/mark-set.ts'
import type { ObjectHead } from '../../ports/object-store.ts'
import type { Source } from './source.ts'

/** Which files were taken in. A file whose content changes is another file. */
export interface FileMarks {
  /** Those of a page that were not taken in yet. */
  unknown(files: readonly ObjectHead[]): Promise<readonly ObjectHead[]>
  /** To be called when every event of these files is durable, never before. */
  remember(files: readonly ObjectHead[]): Promise<void>
}

/** Of the folder, so that the marks of a folder are near each other; the rest is of the file. */
const folderBytes = 8

export function createFileMarks(marks: MarkSet, { store, bucket }: Source): FileMarks {
  const place = `${store.endpoint}\0${bucket}\0`
  const markOf = ({ key, etag, size }: ObjectHead): Uint8Array => {
    const folder = hash('sha256', place + key.slice(0, key.lastIndexOf('/') + 1), 'buffer')
    const file = hash('sha256', `${key}\0${etag}\0${size}`, 'buffer')
    return Buffer.concat([folder.subarray(0, folderBytes), file.subarray(0, markBytes - folderBytes)])
  }
  const all = (files: readonly ObjectHead[]): Uint8Array => Buffer.concat(files.map(markOf))
  return {
    async unknown(files) {
      const flags = await marks.has(all(files))
      return files.filter((_, index) => flags[index] === 0)
    },
    remember: (files) => (files.length === 0 ? Promise.resolve() : marks.add(all(files))),
  }
}
