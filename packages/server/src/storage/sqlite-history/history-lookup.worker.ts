import { parentPort, workerData } from 'node:worker_threads'
import { noteOf } from './fault-note.ts'
import { createIndexReader } from './index-reader.ts'
import { createLookupServer } from './lookup-server.ts'
import type { ToLookupWorker } from './worker-messages.ts'

const port = parentPort
if (port !== null) {
  try {
    const server = createLookupServer(createIndexReader(workerData.path), (message, transfer) =>
      port.postMessage(message, transfer),
    )
    port.on('message', (message: ToLookupWorker) => server.take(message))
    port.postMessage({ kind: 'opened', id: undefined })
  } catch (error) {
    port.postMessage({ kind: 'failed', id: undefined, fault: noteOf(error) })
  }
}
