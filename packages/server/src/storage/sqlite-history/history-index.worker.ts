import { parentPort, workerData } from 'node:worker_threads'
import { noteOf } from './fault-note.ts'
import { createIndexWriter, type IndexWriter } from './index-writer.ts'
import type { FromIndexWorker, ToIndexWorker } from './worker-messages.ts'

/** Parses and indexes, so that the main loop does neither. One message at a time, in order. */
function serve(
  send: (message: FromIndexWorker) => void,
  listen: (take: (message: ToIndexWorker) => void) => void,
): void {
  let writer: IndexWriter
  try {
    writer = createIndexWriter(workerData.path)
  } catch (error) {
    send({ kind: 'failed', id: undefined, fault: noteOf(error) })
    return
  }
  send({ kind: 'opened', id: undefined, cursor: writer.cursor, forgottenTo: writer.forgottenTo })
  listen((message) => {
    try {
      send({ kind: 'done', id: message.id, mark: answer(writer, message) })
    } catch (error) {
      send({ kind: 'failed', id: message.id, fault: noteOf(error) })
    }
  })
}

function answer(writer: IndexWriter, message: ToIndexWorker) {
  switch (message.kind) {
    case 'write':
      return void writer.write(message.batch, message.next)
    case 'forget':
      return writer.forget(message.first, message.mark)
    case 'close':
      return void writer.close()
  }
}

const port = parentPort
if (port !== null) {
  serve(
    (message) => port.postMessage(message),
    (take) => void port.on('message', take),
  )
}
