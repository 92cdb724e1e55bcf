import { recordFrames } from '@cairn/testkit/fakes/records'
import type { EventLog } from '../../ports/event-log.ts'
import { createMemoryEventLog } from '../memory/event-log.ts'
import { openSqliteHistory } from './index.ts'

/** The log that every process of the crash test has, event for event: `count` records. */
export async function crashLog(count: number): Promise<EventLog> {
  const log = createMemoryEventLog()
  const startMs = Date.parse('2025-03-01T00:00:00Z')
  const source = recordFrames({ seed: 3, startMs, accounts: ['111111111111'], regions: ['eu-west-1'], variety: 30 })
  await log.append(Array.from({ length: count }, () => source.next().value).flatMap((frame) => frame ?? []))
  return log
}

/** Indexes in many small batches until it is killed; says where it is after each. Run as a process of its own. */
async function indexUntilKilled(path: string, count: number): Promise<void> {
  const log = await crashLog(count)
  const telemetry = { indexed() {}, rebuilding() {}, rebuilt() {}, searched() {} }
  const history = await openSqliteHistory({ path, log, telemetry })
  for (;;) {
    const frames = await log.read(history.start(), 20_000)
    if (frames.length === 0) break
    await history.handle(frames)
    process.stdout.write(`${history.start()}\n`)
  }
  await history[Symbol.asyncDispose]()
}

const [, , path, count] = process.argv
if (import.meta.main && path !== undefined) await indexUntilKilled(path, Number(count))
