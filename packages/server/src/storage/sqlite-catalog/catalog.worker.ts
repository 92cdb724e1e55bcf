import { parentPort, workerData } from 'node:worker_threads'
import { Fault } from '../../fault.ts'
import { CatalogDatabase } from './catalog-database.ts'
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
    return database.read()
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

function describe(error: unknown): NonNullable<CatalogReply['failure']> {
  if (error instanceof Fault) return { code: error.code, message: error.message, fields: error.fields }
  return { code: undefined, message: String(error), fields: {} }
}
