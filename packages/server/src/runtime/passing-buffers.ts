import { collectYoung } from './collect-garbage.ts'

/**
 * Bytes that may pass between two collections: each takes some milliseconds, and is over when the next one begins, so that
 * twice as much waits. At 32 MiB V8 begins to mark.
 */
const untilCollectedBytes = 12 * 1024 * 1024

let passedBytes = 0

/**
 * Counts the buffers of a body that streams through, and has them collected from time to time. Left to itself V8 does not
 * see them as young objects, each being a few words of its heap, until they have grown by 32 MiB together: then it
 * marks the whole heap on all its threads, which took more processor than copying the bytes did, and as much memory
 * again.
 */
export function notePassed({ byteLength }: Uint8Array): void {
  passedBytes += byteLength
  if (passedBytes < untilCollectedBytes) return
  passedBytes = 0
  collectYoung()
}
