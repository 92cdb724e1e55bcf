import { randomBytes } from 'node:crypto'
import {
  openSegmentLog,
  type SegmentLog,
  type SegmentLogOptions,
  type SegmentLogTelemetry,
} from '@cairn/server/storage/segment-log'

export const silentLogTelemetry: SegmentLogTelemetry = {
  tailCut() {},
  damaged() {},
  sealed() {},
  sealFailed() {},
  removed() {},
  full() {},
  roomAgain() {},
}

/** A log that says nothing, and ends the test when durability is in doubt. */
export function openQuietLog(directory: string, options: Partial<SegmentLogOptions> = {}): Promise<SegmentLog> {
  return openSegmentLog({
    directory,
    nowMs: () => 0,
    randomBytes,
    telemetry: silentLogTelemetry,
    onFailed(fault) {
      throw fault
    },
    ...options,
  })
}
