import { parseRecord } from './exact-json.ts'
import { fitRecord } from './fit-record.ts'
import { RowCopier } from './row-copier.ts'
import { isOwnColumn, lakeRow } from './row-line.ts'
import { eventBytesMax, type LakeTableKind, lakeTableSchemas } from './table-schemas.ts'

/** A batch of large records needs more, which is then let go again. */
const keptBytesMax = 32 * 1024 * 1024

export interface AddedRow {
  /** Where its line is, line break included. */
  readonly from: number
  readonly to: number
  /** `undefined` when the record has no time that can be read: such a row has no `eventtime`. */
  readonly eventTimeMs: number | undefined
}

/** Rows of tables of one kind as lines, one behind the other. */
export class RowLines {
  readonly #kind: LakeTableKind
  readonly #isUtf8: (bytes: Uint8Array) => boolean
  #copier: RowCopier
  #last: AddedRow = { from: 0, to: 0, eventTimeMs: undefined }

  constructor(kind: LakeTableKind, { isUtf8 }: { isUtf8(bytes: Uint8Array): boolean }) {
    this.#kind = kind
    this.#isUtf8 = isUtf8
    this.#copier = createCopier(kind)
  }

  /** The row that was added last. */
  get last(): AddedRow {
    return this.#last
  }

  /** Adds the row of a record; false, and nothing is added, when it is none. */
  add(record: Uint8Array): boolean {
    const from = this.#copier.length
    // An Insights event has its columns elsewhere than where its members stand; a large record is made smaller.
    const mayCopy = this.#kind !== 'insights' && record.length <= eventBytesMax && this.#isUtf8(record)
    if (mayCopy && this.#copier.copy(record)) {
      this.#last = { from, to: this.#copier.length, eventTimeMs: this.#copier.eventTimeMs }
      return true
    }
    const text = decoder.decode(record)
    const parsed = parseRecord(text)
    if (parsed === undefined) return false
    // No record may be so large that a query chokes on its line. The log keeps what a table leaves out.
    const fitted = fitRecord(parsed, text, eventBytesMax)
    const { line, eventTimeMs } = lakeRow(this.#kind, fitted.record, fitted.text)
    this.#copier.add(line)
    this.#last = { from, to: this.#copier.length, eventTimeMs }
    return true
  }

  /** Some of the bytes, valid until the next row is added. */
  bytes(from: number, to: number): Uint8Array {
    return this.#copier.bytes(from, to)
  }

  clear(): void {
    if (this.#copier.length > keptBytesMax) this.#copier = createCopier(this.#kind)
    else this.#copier.clear()
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function createCopier(kind: LakeTableKind): RowCopier {
  const columns = lakeTableSchemas[kind].columns.filter(({ name }) => !isOwnColumn(name))
  return kind === 'events' ? new RowCopier(columns, 'eventjson') : new RowCopier(columns)
}
