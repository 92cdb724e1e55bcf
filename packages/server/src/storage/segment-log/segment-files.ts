import { Fault } from '../../fault.ts'
import { giveBack } from '../../runtime/give-back.ts'
import { type Disk, isNoSpace, publish, readRange } from '../disk/index.ts'
import type { BlockCache } from './block-cache.ts'
import type { Compression } from './compression.ts'
import { logFull } from './log-full.ts'
import { createOffsetIndex } from './offset-index.ts'
import { OpenSegment } from './open-segment.ts'
import { scanOpenSegment } from './open-segment-scan.ts'
import { createPreallocation } from './preallocation.ts'
import { SealedSegment } from './sealed-segment.ts'
import type { Segment } from './segment.ts'
import {
  decodeHeader,
  encodeHeader,
  headerBytes,
  notSealed,
  type SegmentHeader,
  segmentFirst,
  segmentName,
} from './segment-format.ts'

/** Facts about segment files. */
export interface SegmentTelemetry {
  /** A commit that was never acknowledged was cut off at the start. */
  tailCut(fields: { readonly file: string; readonly at: number; readonly bytes: number }): void
  /** Bytes that were durable once are not what they were; reading them will fail. */
  damaged(fields: { readonly file: string; readonly at: number; readonly offset: number }): void
  sealed(fields: { readonly file: string; readonly bytesBefore: number; readonly bytesAfter: number }): void
  /** The segment stays uncompressed; tried again at the next start or when the next one ends. */
  sealFailed(fields: { readonly file: string; readonly error: unknown }): void
  removed(fields: { readonly file: string; readonly frames: number }): void
}

/** Where the segments of a log are and how they are made. */
export interface SegmentSetOptions {
  readonly disk: Disk
  readonly directory: string
  readonly compression: Compression
  readonly cache: BlockCache
  readonly segmentBytesMax: number
  readonly randomBytes: (count: number) => Uint8Array
  readonly telemetry: SegmentTelemetry
}

const partition = 0

/**
 * Opens one file; only the last may end in a commit that was never acknowledged, which is cut off.
 *
 * @throws Fault `log.damaged` or `log.newer-format`
 */
export async function openSegment(options: SegmentSetOptions, name: string, isLast: boolean): Promise<Segment> {
  const { disk, directory, telemetry, cache, compression } = options
  const file = await disk.open(`${directory}/${name}`, isLast ? 'append' : 'read')
  try {
    const header = decodeHeader(await readRange(file, 0, headerBytes), name)
    if (header.first !== segmentFirst(name) || header.partition !== partition) {
      throw new Fault('log.damaged', 'segment is not the one its name says', { file: name, at: 0 })
    }
    if (header.kind === 'sealed') {
      const diskBytes = await file.size()
      await file.close()
      return new SealedSegment({ disk, directory, name, header, diskBytes, cache, compression })
    }
    const scan = await scanOpenSegment(file, header, {
      everyFrame: false,
      damagedFrame: (offset, at) => telemetry.damaged({ file: name, at, offset }),
    })
    const { outcome } = scan
    if (outcome.kind === 'damaged') throw new Fault('log.damaged', outcome.what, { file: name, at: outcome.at })
    const preallocation = preallocationOf(options, name, await file.size())
    const segment = new OpenSegment({ name, header, file, state: scan, preallocation })
    if (outcome.kind === 'clean') {
      // Commits a killed process left in the cache are read from now on, so they must stay.
      if (isLast) await file.sync()
      return segment
    }
    if (!isLast) throw new Fault('log.damaged', 'segment ends early', { file: name, at: scan.durableAt })
    await segment.cutTail()
    telemetry.tailCut({ file: name, at: scan.durableAt, bytes: outcome.bytes })
    return segment
  } catch (error) {
    await file.close()
    throw error
  }
}

/**
 * Starts an empty segment, whose file and name are durable when it returns.
 *
 * @throws Fault `log.full`
 */
export async function createSegment(options: SegmentSetOptions, first: number): Promise<OpenSegment> {
  const { disk, directory, randomBytes } = options
  const name = segmentName(first)
  const salt = Buffer.from(randomBytes(4)).readUInt32LE(0)
  const header: SegmentHeader = { kind: 'open', partition, salt, first, sealed: notSealed }
  try {
    await publish(disk, directory, name, (file) => file.write(encodeHeader(header), 0))
  } catch (error) {
    throw isNoSpace(error) ? logFull(error) : error
  }
  const file = await disk.open(`${directory}/${name}`, 'append')
  const state = {
    durableAt: headerBytes,
    end: first,
    frames: 0,
    payloadBytes: 0,
    newestAcceptedAtMs: 0,
    index: createOffsetIndex(),
  }
  return new OpenSegment({ name, header, file, state, preallocation: preallocationOf(options, name, headerBytes) })
}

/** Writes through a handle of its own: the kernel tells each handle of a failed sync, and only once. */
function preallocationOf({ disk, directory, segmentBytesMax }: SegmentSetOptions, name: string, fileEnd: number) {
  return createPreallocation({
    fileEnd,
    bytesMax: segmentBytesMax,
    async writeZeros(from, to) {
      const file = await disk.open(`${directory}/${name}`, 'append')
      try {
        const zeros = Buffer.alloc(to - from)
        await file.write(zeros, from)
        giveBack(zeros)
      } finally {
        await file.close()
      }
    },
  })
}

/** @throws Fault `log.damaged` when `segment` does not lie behind `before` */
export function checkOrder({ telemetry }: SegmentSetOptions, before: Segment | undefined, segment: Segment): void {
  if (before === undefined || before.end === segment.first) return
  if (before.end > segment.first) {
    throw new Fault('log.damaged', 'segments overlap', { file: segment.name, at: 0, before: before.name })
  }
  // A file is missing. What there is can be served, and nothing that is started anew would bring it back.
  telemetry.damaged({ file: segment.name, at: 0, offset: before.end })
}
