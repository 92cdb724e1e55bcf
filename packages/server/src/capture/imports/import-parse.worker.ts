import { parentPort } from 'node:worker_threads'
import { eventHead } from '@cairn/core/record'
import { Fault } from '../../fault.ts'
import { yieldToMainThread } from '../../runtime/thread-priority.ts'
import { type ImportProblem, problemsShownMax } from './import-report.ts'
import { parseFile, parseLimits } from './parse-file.ts'
import { batchesOnTheWayMax, type FromParser, type ToParser } from './parse-protocol.ts'
import { createBatchBuilder, transferList } from './parsed-batch.ts'

/**
 * A parsing thread: inflates, splits, reads and hashes, so that the main thread only appends. Pieces come in order;
 * batches go out while there is credit for them.
 */
if (parentPort === null) throw new Fault('import.not-a-worker', 'this file runs as a worker thread')
const port = parentPort

const inbox: Exclude<ToParser, { kind: 'taken' }>[] = []
let credit = batchesOnTheWayMax
/** Both the reader of pieces and the writer of batches may be waiting. */
let waiting: (() => void)[] = []

port.on('message', (message: ToParser) => {
  if (message.kind === 'taken') credit += 1
  else inbox.push(message)
  const woken = waiting
  waiting = []
  for (const wake of woken) wake()
})

function send(message: FromParser, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer)
}

/** Waits for `attempt` to give something; it is tried again after every message. */
async function until<Value>(attempt: () => Value | undefined): Promise<Value> {
  for (;;) {
    const value = attempt()
    if (value !== undefined) return value
    await new Promise<void>((resolve) => waiting.push(resolve))
  }
}

yieldToMainThread()

const builder = createBatchBuilder()

async function flush(): Promise<void> {
  await until(() => (credit > 0 ? credit-- : undefined))
  if (builder.isEmpty) {
    credit += 1
    return
  }
  const batch = builder.take()
  send({ kind: 'batch', batch }, transferList(batch))
}

async function* piecesOfNextFile(begin: (file: number) => void): AsyncGenerator<Uint8Array> {
  for (let isFirst = true; ; isFirst = false) {
    // Nothing to do: what was found so far should not wait for the next file.
    if (inbox.length === 0 && !builder.isEmpty) await flush()
    const message = await until(() => inbox.shift())
    if (isFirst) begin(message.file)
    if (message.kind === 'unreadable') throw new Fault('import.file-unreadable', 'file could not be read')
    yield message.bytes
    send({ kind: 'read', bytes: message.bytes.length })
    if (message.isLast) return
  }
}

async function parseNext(): Promise<void> {
  let file = 0
  let records = 0
  let digests = 0
  let setAside = 0
  const problems: ImportProblem[] = []
  const problem = (one: ImportProblem): void => {
    setAside += 1
    if (problems.length < problemsShownMax) problems.push(one)
  }
  const pieces = piecesOfNextFile((number) => {
    file = number
  })
  await parseFile(
    pieces,
    {
      record(bytes, offset) {
        const head = eventHead(bytes)
        if (head === undefined) {
          problem({ code: 'invalid-json', offset })
          return
        }
        records += 1
        builder.add(file, bytes, head)
      },
      digest() {
        digests += 1
      },
      problem,
      breathe: () => (builder.isFull ? flush() : undefined),
    },
    parseLimits,
  )
  // A file given up early still has pieces on the way: they are read away.
  for await (const _ of pieces);
  builder.finish({ file, records, digests, setAside, problems })
}

for (;;) await parseNext()
