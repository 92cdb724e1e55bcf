import { parentPort, workerData } from 'node:worker_threads'
import { createSegmentReader } from '../segment-log/index.ts'
import { noteOf } from './fault-note.ts'
import { createIndexReader } from './index-reader.ts'
import { createLookupServer } from './lookup-server.ts'
import type { HistoryWorkerData, ToLookupWorker } from './worker-messages.ts'

/** Inflated blocks kept: those of the newest events, and of the page before. */
const blockCacheBytes = 16 * 1024 * 1024

const port = parentPort
if (port !== null) {
  try {
    const { path, segments } = workerData as HistoryWorkerData
    const files = segments === undefined ? undefined : createSegmentReader(segments, blockCacheBytes)
    const server = createLookupServer(createIndexReader(path), files, (message, transfer) =>
      port.postMessage(message, transfer),
    )
    port.on('message', (message: ToLookupWorker) => server.take(message))
    port.postMessage({ kind: 'opened', id: undefined })
  } catch (error) {
    port.postMessage({ kind: 'failed', id: undefined, fault: noteOf(error) })
  }
}
