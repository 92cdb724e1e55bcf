import type { Clock } from '../ports/clock.ts'
import type { EventLog, Position } from '../ports/event-log.ts'
import type { Consumer } from './runner.ts'

/**
 * Lets go of what was accepted longer than `retentionMs` ago, in whole segments and never what a consumer has not
 * dealt with. Without a retention nothing is ever removed.
 */
export async function applyRetention(options: {
  readonly log: EventLog
  readonly clock: Clock
  readonly consumers: readonly Pick<Consumer, 'start'>[]
  readonly retentionMs: number
}): Promise<void> {
  const { log, clock, consumers, retentionMs } = options
  const keepFrom = consumers.map((consumer) => consumer.start()).reduce(earlier, log.bounds().end)
  await log.trim(clock.nowMs() - retentionMs, keepFrom)
}

function earlier(a: Position, b: Position): Position {
  return Math.min(a, b) as Position
}
