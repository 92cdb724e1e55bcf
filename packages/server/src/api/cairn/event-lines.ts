import { eventLine } from '@cairn/core/lookup'
import type { FailedFiles } from '../../capture/failed-files/index.ts'
import type { Principal } from '../../identity/index.ts'
import type { FoundEvent } from '../../ports/history-index.ts'

/** What of an event's files is told: an event is nearly never in one, and never in many. */
const filesToldMax = 3

/**
 * An event as a line of an answer, with what was found of the imported file that it is from. Where that file lies is the
 * operator's to know.
 */
export function lineOfEvent(
  { account, region, timeMs, position, bytes }: FoundEvent,
  failedFiles: FailedFiles,
  { kind: asker }: Principal,
): Uint8Array {
  const failed = failedFiles.of(bytes).slice(0, filesToldMax)
  const told = failed.map(({ kind, place, sentence }) => ({ kind, sentence, ...(asker === 'operator' && { place }) }))
  const head = { account, region, time: new Date(timeMs).toISOString(), position }
  return eventLine(told.length === 0 ? head : { ...head, failedFiles: told }, bytes)
}
