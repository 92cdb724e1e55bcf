import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { lakeRowWith, parseRecord } from '@cairn/core/lake'
import { parseFile, parseLimits, wholeContent } from '../../capture/imports/index.ts'
import { Fault } from '../../fault.ts'
import { findRecords } from './find-records.ts'
import { createRecordFilter } from './record-filter.ts'
import type { FromScanner, ScannedFile, ScanSetup, ToScanner } from './scan-protocol.ts'

/** A scanning thread: the rows of files that may matter to one statement, as lines of one file. */
if (parentPort === null) throw new Fault('lake.not-a-worker', 'this file runs as a worker thread')
const port = parentPort
const setup = workerData as ScanSetup
const filter = createRecordFilter(setup.needs)
const row = lakeRowWith(new Set(setup.columns))
const output = openSync(setup.output, 'a', 0o600)
/** Lines are written in pieces of this size. */
const pieceChars = 1024 * 1024
let pending: string[] = []
let pendingChars = 0
let written = 0

function write(): void {
  if (pending.length === 0) return
  const bytes = Buffer.from(`${pending.join('\n')}\n`)
  for (let at = 0; at < bytes.length; ) at += writeSync(output, bytes, at)
  written += bytes.length
  pending = []
  pendingChars = 0
}

function add(line: string): void {
  pending.push(line)
  pendingChars += line.length
  if (pendingChars >= pieceChars) write()
}

/** The rows of a file that is as AWS writes it; `undefined` when it is not. */
function quickRows(content: Buffer): readonly string[] | undefined {
  if (!filter.mayMatter(content)) return findRecords(content, filter) && []
  const pieces = findRecords(content, filter)
  if (pieces === undefined) return undefined
  const lines: string[] = []
  for (const piece of pieces) {
    const text = piece.toString()
    const record = parseRecord(text)
    if (record === undefined) return undefined
    if (filter.mayMatter(piece)) lines.push(row(record, text))
  }
  return lines
}

async function scan(name: string, bytes: Buffer): Promise<ScannedFile> {
  const content = wholeContent(bytes)
  const quick = content && quickRows(content)
  if (quick !== undefined) {
    for (const line of quick) add(line)
    return { kind: 'scanned', name, bytes: bytes.length, rows: quick.length, problems: 0 }
  }
  let rows = 0
  let problems = 0
  let problem: ScannedFile['problem']
  const found = (one: { readonly code: string; readonly offset: number }) => {
    problems += 1
    problem ??= one
  }
  await parseFile(
    only(bytes),
    {
      record(piece, offset) {
        const record = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
        if (!filter.mayMatter(record)) return
        const text = record.toString()
        const parsed = parseRecord(text)
        if (parsed === undefined) return found({ code: 'invalid-json', offset })
        rows += 1
        add(row(parsed, text))
      },
      digest() {},
      problem: found,
      breathe: () => undefined,
    },
    parseLimits,
  )
  return { kind: 'scanned', name, bytes: bytes.length, rows, problems, ...(problem && { problem }) }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

const unreadable = (name: string): ScannedFile => ({
  kind: 'scanned',
  name,
  bytes: 0,
  rows: 0,
  problems: 1,
  problem: { code: 'unreadable', offset: 0 },
})

async function take(message: ToScanner): Promise<FromScanner> {
  if (message.kind === 'end') {
    write()
    closeSync(output)
    return { kind: 'ended', bytes: written }
  }
  const { name, path } = message
  let bytes: Uint8Array
  try {
    bytes = path === undefined ? (message.bytes ?? new Uint8Array()) : readFileSync(path)
  } catch {
    return unreadable(name)
  }
  return scan(name, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
}

let turn: Promise<void> = Promise.resolve()
port.on('message', (message: ToScanner) => {
  turn = turn.then(async () => port.postMessage(await take(message)))
})
