import { parentPort } from 'node:worker_threads'
import { Fault } from '../../fault.ts'
import { openCatalogDatabase } from '../sqlite-catalog/index.ts'
import { openMarkDatabase } from '../sqlite-marks/index.ts'
import { openPlanDatabase } from '../sqlite-plan/index.ts'
import type { DatabaseKind, DatabaseReply, DatabaseRequest } from './protocol.ts'

const openers: Record<DatabaseKind, (path: string) => object> = {
  catalog: openCatalogDatabase,
  plan: openPlanDatabase,
  marks: openMarkDatabase,
}

const databases = new Map<number, object>()

parentPort?.on('message', (request: DatabaseRequest) => {
  let reply: DatabaseReply
  try {
    reply = { id: request.id, result: answer(request) }
  } catch (error) {
    reply = { id: request.id, failure: describe(error) }
  }
  parentPort?.postMessage(reply)
})

function answer({ connection, kind, path, method, parameters }: DatabaseRequest): unknown {
  const known = databases.get(connection)
  // It could not be opened.
  if (known === undefined && method === 'close') return undefined
  const database = known ?? openers[kind](path)
  databases.set(connection, database)
  if (method === 'close') databases.delete(connection)
  return Reflect.apply(Reflect.get(database, method), database, parameters)
}

function describe(error: unknown): NonNullable<DatabaseReply['failure']> {
  if (error instanceof Fault) return { code: error.code, message: error.message, fields: error.fields }
  return { code: undefined, message: String(error), fields: {} }
}
