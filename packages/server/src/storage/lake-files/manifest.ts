import { crc32 } from 'node:zlib'
import { Fault } from '../../fault.ts'
import type { Position } from '../../ports/event-log.ts'
import type { TableState, TailFile } from '../../ports/lake-files.ts'

/*
 * What a table consists of:
 *
 *     manifest := line+
 *     line     := crc32 " " JSON "\n"        ; eight hexadecimal digits, of the JSON's bytes
 *
 * The first line is the whole state, every further one a change to it, durable before anything is said of it. When the
 * file is made anew, it is written beside and renamed. A last line that is not whole was never acknowledged.
 */

type Change =
  /** The newest file of rows has grown, or has been begun. */
  | { readonly kind: 'rows'; readonly next: Position; readonly tail: TailFile }
  /** It takes no more. */
  | { readonly kind: 'roll' }
  /** Nothing before this is missing. */
  | { readonly kind: 'next'; readonly next: Position }

interface Head {
  readonly format: typeof format
  readonly state: TableState
}

const format = 1

export function encodeHead(state: TableState): Buffer {
  return encodeLine({ format, state } satisfies Head)
}

export function encodeChange(change: Change): Buffer {
  return encodeLine(change)
}

function encodeLine(value: object): Buffer {
  const json = Buffer.from(JSON.stringify(value))
  return Buffer.concat([Buffer.from(`${hex(crc32(json))} `), json, newline])
}

const newline = Buffer.from('\n')

function hex(value: number): string {
  return value.toString(16).padStart(8, '0')
}

/** @throws Fault `lake.table-damaged`, `lake.newer-format` */
export function decodeManifest(bytes: Buffer, path: string): TableState {
  const values: unknown[] = []
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(newline, start)
    const value = end === -1 ? undefined : decodeLine(bytes.subarray(start, end))
    if (value === undefined) {
      const isLast = end === -1 || end + 1 === bytes.length
      if (isLast && values.length > 0) break
      throw damaged(path, `line at byte ${start} is not as it was written`)
    }
    values.push(value)
    start = end + 1
  }
  const [head, ...changes] = values
  if (head === undefined) throw damaged(path, 'it is empty')
  const { format: found, state } = head as { readonly format: number; readonly state: TableState }
  if (found !== format)
    throw new Fault('lake.newer-format', 'a table was written by a newer version', { path, format: found })
  return (changes as Change[]).reduce(applyChange, state)
}

function decodeLine(line: Buffer): unknown {
  const json = line.subarray(9)
  if (line.toString('latin1', 0, 8) !== hex(crc32(json))) return undefined
  return JSON.parse(json.toString())
}

export function applyChange(state: TableState, change: Change): TableState {
  switch (change.kind) {
    case 'rows':
      return { ...state, next: change.next, tail: change.tail }
    case 'next':
      return { ...state, next: change.next }
    case 'roll':
      return state.tail === undefined ? state : { ...state, tail: undefined, sealed: [...state.sealed, state.tail] }
  }
}

function damaged(path: string, problem: string): Fault {
  return new Fault('lake.table-damaged', 'the manifest of a table cannot be read', { path, problem })
}
