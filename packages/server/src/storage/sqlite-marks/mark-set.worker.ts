import { parentPort, workerData } from 'node:worker_threads'
import { MarkDatabase } from './mark-database.ts'
import type { MarkReply, MarkRequest } from './protocol.ts'

let database: MarkDatabase | undefined

parentPort?.on('message', ({ id, method, marks }: MarkRequest) => {
  let reply: MarkReply = { id }
  try {
    database ??= new MarkDatabase(workerData.path)
    const flags = database[method](marks)
    if (flags) reply = { id, flags }
  } catch (error) {
    reply = { id, failure: String(error) }
  }
  parentPort?.postMessage(reply)
})
