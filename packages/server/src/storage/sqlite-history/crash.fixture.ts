import type { EventFrame, EventLog } from '../../ports/event-log.ts'
import { createMemoryEventLog } from '../memory/event-log.ts'
import { openSqliteHistory } from './index.ts'

/** The log that every process of the crash test has, event for event: `count` records. */
export async function crashLog(count: number): Promise<EventLog> {
  const log = createMemoryEventLog()
  await log.append(Array.from({ length: count }, (_, number) => crashFrame(number)))
  return log
}

/** Times go back now and then, users and names repeat: blocks are appended to, inserted into and split. */
function crashFrame(number: number): EventFrame {
  const timeMs = Date.UTC(2025, 2, 1) + ((number * 7_919) % 5_000) * 1_000
  const record = {
    eventTime: new Date(timeMs).toISOString(),
    eventID: `event-${number}`,
    eventName: `Name${number % 17}`,
    eventSource: `service-${number % 5}.amazonaws.com`,
    userIdentity: { type: 'IAMUser', userName: `user-${(number * 31) % 97}` },
    sourceIPAddress: `203.0.113.${number % 200}`,
    requestParameters: { maxResults: number },
    readOnly: number % 3 > 0,
  }
  return {
    kind: 'event',
    audience: { kind: 'live' },
    acceptedAtMs: timeMs,
    account: '111111111111',
    region: 'eu-west-1',
    source: 'api',
    catalogVersion: 1,
    bytes: Buffer.from(JSON.stringify(record)),
  }
}

/** Indexes in many small batches until it is killed; says where it is after each. Run as a process of its own. */
async function indexUntilKilled(path: string, count: number): Promise<void> {
  const log = await crashLog(count)
  const telemetry = { indexed() {}, rebuilding() {}, rebuilt() {}, searched() {} }
  const history = await openSqliteHistory({ path, log, telemetry })
  while (history.start() < log.bounds().end) {
    await history.advance(log.bounds().end, 6_000)
    process.stdout.write(`${history.start()}\n`)
  }
  await history[Symbol.asyncDispose]()
}

const [, , path, count] = process.argv
if (import.meta.main && path !== undefined) await indexUntilKilled(path, Number(count))
