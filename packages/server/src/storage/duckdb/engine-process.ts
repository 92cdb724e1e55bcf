import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { convertRows } from './convert-rows.ts'
import type { FromEngine, ToEngine } from './engine-messages.ts'
import { createReaderCredit, rehearse, runQuery } from './run-query.ts'

/** Node, DuckDB's code and what both take before any work. */
const baseBytes = 160 * 1024 * 1024
const engineBytesMin = 64 * 1024 * 1024

/**
 * Set before anything else. No extension is ever fetched or loaded (those needed are linked in), nothing is written
 * beside the files asked for: what does not fit into memory fails, instead of filling the disk.
 */
const settings: Readonly<Record<string, string>> = {
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
  allow_unsigned_extensions: 'false',
  allow_persistent_secrets: 'false',
  temp_directory: '',
  threads: '2',
}

/** The child's end: takes orders one after the other and answers through `send`. */
export function createEngineProcess(send: (message: FromEngine) => void): { take(message: ToEngine): void } {
  const credit = createReaderCredit()
  let connection: Promise<DuckDBConnection> | undefined
  const connect = (): Promise<DuckDBConnection> => {
    connection ??= open()
    return connection
  }

  async function work(message: Exclude<ToEngine, { readonly kind: 'taken' }>): Promise<void> {
    const database = await connect()
    switch (message.kind) {
      case 'warm':
        for (const statement of message.prelude) await database.run(statement)
        return rehearse(database, message.tables)
      case 'query':
        await limitMemory(database, message.memoryBytesMax)
        return runQuery(database, message, { send, credit })
      case 'convert':
        await limitMemory(database, message.conversion.memoryBytesMax)
        return send({ kind: 'converted', files: await convertRows(database, message.conversion) })
    }
  }

  let working: Promise<void> = Promise.resolve()
  return {
    take(message) {
      if (message.kind === 'taken') return credit.add()
      working = working
        .then(() => work(message))
        .catch((error: unknown) => send({ kind: 'failed', message: messageOf(error) }))
    },
  }
}

async function open(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', settings)
  const connection = await instance.connect()
  await connection.run("SET TimeZone = 'UTC'")
  await connection.run('SET parquet_metadata_cache = true')
  await connection.run('SET enable_progress_bar = true')
  await connection.run('SET enable_progress_bar_print = false')
  await connection.run('SET progress_bar_time = 0')
  return connection
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

async function limitMemory(database: DuckDBConnection, processBytesMax: number): Promise<void> {
  const bytes = Math.max(engineBytesMin, processBytesMax - baseBytes)
  await database.run(`SET memory_limit = '${bytes} B'`)
}
