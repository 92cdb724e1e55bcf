import { Fault } from '../../fault.ts'
import type { MarkSet } from '../../ports/mark-set.ts'
import { createDatabaseThread, type DatabaseThread } from '../database-thread/index.ts'
import type { MarkDatabase } from './mark-database.ts'

/**
 * Marks in one SQLite file, which is opened in `thread` by the first use: most installations never need it.
 *
 * Calls throw Fault `import.marks-failed`.
 */
export function createSqliteMarkSet({
  path,
  thread = createDatabaseThread(),
}: {
  readonly path: string
  readonly thread?: DatabaseThread
}): MarkSet {
  const { call, close } = thread.connect<MarkDatabase>('marks', path, marksFailed)
  return {
    has: (marks) => call('has', marks),
    add: (marks) => call('add', marks),
    [Symbol.asyncDispose]: close,
  }
}

function marksFailed(reason: string, cause?: unknown): Fault {
  return new Fault('import.marks-failed', 'what was imported cannot be remembered', { reason }, { cause })
}
