import { Fault } from '../../fault.ts'
import {
  type AppendOptions,
  appendBytesMax,
  type EventLog,
  type Frame,
  frameBytesMax,
  type Position,
  type StoredFrame,
} from '../../ports/event-log.ts'
import { giveBack } from '../../runtime/give-back.ts'

/** An event log that forgets everything with the process; for tests and for the emulator's throw-away runs. */
export function createMemoryEventLog(): EventLog {
  const frames: StoredFrame[] = []
  const listeners = new Set<(end: Position) => void>()
  let first = 0
  let isClosed = false

  const end = () => (first + frames.length) as Position

  return {
    async append(added: readonly Frame[], _options?: AppendOptions) {
      if (isClosed) throw new Fault('log.closed', 'the event log is closed')
      let bytes = 0
      for (const frame of added) {
        if (frame.bytes.length > frameBytesMax) {
          throw new Fault('log.frame-too-large', 'frame is too large', { bytes: frame.bytes.length, frameBytesMax })
        }
        bytes += frame.bytes.length
      }
      if (bytes > appendBytesMax) {
        throw new Fault('log.frame-too-large', 'append is too large', { bytes, appendBytesMax })
      }
      const positions: Position[] = []
      for (const frame of added) {
        positions.push(end())
        frames.push({ ...frame, bytes: frame.bytes.slice(), position: end() })
      }
      if (added.length > 0) for (const listener of listeners) listener(end())
      return positions
    },

    async read(from, bytesMax) {
      const batch: StoredFrame[] = []
      let bytes = 0
      for (let index = Math.max(0, from - first); index < frames.length; index++) {
        const frame = frames[index]
        if (frame === undefined || (batch.length > 0 && bytes + frame.bytes.length > bytesMax)) break
        batch.push({ ...frame, bytes: frame.bytes.slice() })
        bytes += frame.bytes.length
      }
      return batch
    },

    // Whoever looks at them again finds out, also in tests.
    letGo(read) {
      for (const { bytes } of read) giveBack(bytes as Uint8Array<ArrayBuffer>)
    },

    async fetch(positions) {
      return positions.map((position) => frames[position - first])
    },

    bounds: () => ({ first: first as Position, end: end() }),

    usage() {
      let payloadBytes = 0
      for (const frame of frames) payloadBytes += frame.bytes.length
      return { frames: frames.length, payloadBytes, diskBytes: 0, state: isClosed ? 'closed' : 'open' }
    },

    onAppend(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },

    after: (position) => (position + 1) as Position,

    async trim(acceptedBeforeMs, keepFrom) {
      let count = 0
      for (const frame of frames) {
        if (frame.position >= keepFrom || frame.acceptedAtMs >= acceptedBeforeMs) break
        count += 1
      }
      frames.splice(0, count)
      first += count
    },

    async [Symbol.asyncDispose]() {
      isClosed = true
    },
  }
}
