import { parentPort, workerData } from 'node:worker_threads'
import { giveBack } from '../../runtime/give-back.ts'
import { createRests, yieldToMainThread } from '../../runtime/thread-priority.ts'
import { createSegmentReader, type FrameBlock } from '../segment-log/index.ts'
import { noteOf } from './fault-note.ts'
import { batchedEvents } from './frame-batch.ts'
import { createIndexWriter } from './index-writer.ts'
import { nextEvents } from './next-events.ts'
import type { FromIndexWorker, HistoryWorkerData, ToIndexWorker } from './worker-messages.ts'

/** Reading goes forward: only blocks of several accounts, which take turns, are met again. */
const blockCacheBytes = 2 * 1024 * 1024

/** A batch of no more events is what came in a moment: whoever sent them is calling on, and may wait for a processor. */
const restfulEventsMax = 1_000

/** Reads, parses and indexes, so that the main loop does nothing of it. One message at a time, in order. */
function serve(
  send: (message: FromIndexWorker) => void,
  listen: (take: (message: ToIndexWorker) => void) => void,
): void {
  let answer: (message: ToIndexWorker) => FromIndexWorker
  try {
    answer = openIndex(send)
  } catch (error) {
    send({ kind: 'failed', id: undefined, fault: noteOf(error) })
    return
  }
  listen((message) => {
    try {
      send(answer(message))
    } catch (error) {
      send({ kind: 'failed', id: message.id, fault: noteOf(error) })
    }
  })
}

function openIndex(send: (message: FromIndexWorker) => void): (message: ToIndexWorker) => FromIndexWorker {
  const { path, segments: directory } = workerData as HistoryWorkerData
  const writer = createIndexWriter(path)
  const segments = directory === undefined ? undefined : createSegmentReader(directory, blockCacheBytes, dropped)
  const rest = createRests()
  send({ kind: 'opened', id: undefined, cursor: writer.cursor, forgottenTo: writer.forgottenTo })
  return (message) => {
    const { id } = message
    switch (message.kind) {
      case 'write':
        writer.write(batchedEvents(message.batch), () => message.next, noRest)
        return { kind: 'done', id, mark: undefined }
      case 'advance': {
        if (segments === undefined) return { kind: 'advanced', id, indexed: undefined }
        const { events, passed } = nextEvents(segments, message)
        const isSmall = message.end - message.from <= restfulEventsMax
        writer.write(events, () => passed.next, isSmall ? rest : noRest)
        return { kind: 'advanced', id, indexed: passed.next === message.from ? undefined : passed }
      }
      case 'forget':
        return { kind: 'done', id, mark: writer.forget(message.first, message.mark) }
      case 'close':
        writer.close()
        return { kind: 'done', id, mark: undefined }
    }
  }
}

/** What is indexed of an event are texts and numbers, so that nobody looks at a block once the next was asked for. */
function dropped({ bytes }: FrameBlock): void {
  giveBack(bytes as Buffer<ArrayBuffer>)
}

/** Behind, it catches up as fast as it can. */
function noRest(): void {}

const port = parentPort
if (port !== null) {
  yieldToMainThread()
  serve(
    (message) => port.postMessage(message),
    (take) => void port.on('message', take),
  )
}
