import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../fault.ts'
import type { EventLog, Position } from '../ports/event-log.ts'
import { segmentFirst } from '../storage/segment-log/index.ts'

/**
 * Whether the parts of a data directory are of one time. Each is whole by its own checksums, also where a part was
 * deleted or put back from another day, and a server that started on that would lose in silence: a missing log is begun
 * anew, and whoever had read on stands ahead of it and skips what comes next.
 */

/** @throws Fault `installation.log-missing`; before the log is opened, which would begin one */
export function requireLog(dataDir: string): void {
  if (!existsSync(join(dataDir, 'catalog.db'))) return
  const directory = join(dataDir, 'log')
  if (existsSync(directory) && readdirSync(directory).some((name) => segmentFirst(name) !== undefined)) return
  throw new Fault('installation.log-missing', 'the event log is missing', { directory })
}

/** @throws Fault `installation.catalogue-missing`; before the catalogue is opened, which would begin one */
export function requireCatalog(path: string, log: EventLog): void {
  const { end } = log.bounds()
  if (end === 0 || existsSync(path)) return
  throw new Fault('installation.catalogue-missing', 'the catalogue is missing', { path, events: end })
}

/**
 * `readTo` are the durable cursors of consumers whose files cannot be made anew; no consumer reads what is not durable.
 *
 * @throws Fault `installation.log-cut-short`, `installation.catalogue-behind`
 */
export async function requireAgreement(parts: {
  readonly log: EventLog
  readonly catalogVersion: number
  readonly readTo: Readonly<Record<string, Position | undefined>>
}): Promise<void> {
  const { first, end } = parts.log.bounds()
  for (const [part, readTo = 0] of Object.entries(parts.readTo)) {
    if (readTo > end) {
      throw new Fault('installation.log-cut-short', 'the event log ends before what was read from it', {
        part,
        readTo,
        end,
      })
    }
  }
  if (end === first) return
  // A damaged frame is no disagreement: whoever reads it is told.
  const [newest] = await parts.log.fetch([(end - 1) as Position]).catch(() => [])
  const named = newest?.kind === 'event' ? newest.catalogVersionAfter : undefined
  const inLog = Math.max(newest?.catalogVersion ?? 0, named ?? 0)
  if (inLog > parts.catalogVersion) {
    throw new Fault('installation.catalogue-behind', 'the catalogue is older than the event log', {
      catalogue: parts.catalogVersion,
      log: inLog,
    })
  }
}
