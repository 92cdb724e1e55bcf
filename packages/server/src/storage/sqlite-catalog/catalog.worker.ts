import { parentPort, workerData } from 'node:worker_threads'
import { Fault } from '../../fault.ts'
import { type CatalogContents, CatalogDatabase } from './catalog-database.ts'
import type { CatalogReply, CatalogRequest } from './protocol.ts'
import { openDatabase } from './schema.ts'

let database: CatalogDatabase | undefined

parentPort?.on('message', (request: CatalogRequest) => {
  let reply: CatalogReply
  try {
    reply = { id: request.id, result: answer(request) }
  } catch (error) {
    reply = { id: request.id, failure: describe(error) }
  }
  parentPort?.postMessage(reply)
})

function answer(request: CatalogRequest): unknown {
  if (request.kind === 'open') {
    database = new CatalogDatabase(openDatabase(workerData.path))
    return readWhole(database)
  }
  if (request.kind === 'close') {
    database?.close()
    database = undefined
    return undefined
  }
  if (database === undefined) throw new Fault('catalog.closed', 'the catalogue is closed')
  switch (request.kind) {
    case 'commit':
      return database.commit(request.changes, request.forgottenIntents)
    case 'release':
      return database.release(request.version)
    case 'snapshot':
      return database.snapshot(request.path)
    case 'check':
      return database.check()
  }
}

/** SQLite finds some damage only when it meets it. */
function readWhole(opened: CatalogDatabase): CatalogContents {
  try {
    return opened.read()
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    const fields = { path: workerData.path, reason: String(cause) }
    throw new Fault('catalog.unreadable', 'the catalogue cannot be read', fields, { cause })
  }
}

function describe(error: unknown): NonNullable<CatalogReply['failure']> {
  if (error instanceof Fault) return { code: error.code, message: error.message, fields: error.fields }
  return { code: undefined, message: String(error), fields: {} }
}
