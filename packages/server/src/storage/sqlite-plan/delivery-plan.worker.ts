import { parentPort, workerData } from 'node:worker_threads'
import { Fault } from '../../fault.ts'
import { PlanDatabase } from './plan-database.ts'
import type { PlanReply, PlanRequest } from './protocol.ts'
import { openDatabase } from './schema.ts'

let database: PlanDatabase | undefined

parentPort?.on('message', (request: PlanRequest) => {
  let reply: PlanReply
  try {
    reply = { id: request.id, result: answer(request) }
  } catch (error) {
    reply = { id: request.id, failure: describe(error) }
  }
  parentPort?.postMessage(reply)
})

function answer({ method, parameters }: PlanRequest): unknown {
  database ??= new PlanDatabase(openDatabase(workerData.path))
  return (database[method] as (...given: readonly unknown[]) => unknown).apply(database, [...parameters])
}

function describe(error: unknown): NonNullable<PlanReply['failure']> {
  if (error instanceof Fault) return { code: error.code, message: error.message, fields: error.fields }
  return { code: undefined, message: String(error), fields: {} }
}
