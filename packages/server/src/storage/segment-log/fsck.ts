import { Fault } from '../../fault.ts'
import { createNodeDisk, type Disk, readRange } from '../disk/index.ts'
import { createBlockCache } from './block-cache.ts'
import { type Compression, zstd } from './compression.ts'
import { isFrameIntact } from './frame-codec.ts'
import { scanOpenSegment } from './open-segment-scan.ts'
import { noBlock } from './sealed-format.ts'
import { findRun, SealedSegment } from './sealed-segment.ts'
import { decodeHeader, headerBytes, type SegmentHeader, segmentFirst } from './segment-format.ts'

/** Something about the log's files that is not as it should be. */
export interface LogFinding {
  /** `damage`: frames are lost or in doubt. `note`: the next start puts it right and nothing is lost. */
  readonly severity: 'damage' | 'note'
  readonly code: 'log.damaged' | 'log.newer-format' | 'log.torn-tail' | 'log.missing-segment'
  readonly file: string
  /** Byte in the file. */
  readonly at: number
  /** The first position concerned, where it is known. */
  readonly position?: number
  readonly what: string
}

export interface FsckOptions {
  readonly directory: string
  /** What a simulation replaces. */
  readonly disk?: Disk
  readonly compression?: Compression
}

/**
 * Verifies every byte of every segment and yields what is wrong; nothing when all is well. Changes nothing and needs
 * no lock. Of a log that is in use, the commit being written may show as a torn tail. Returns where the log ends, if
 * that can be told.
 */
export async function* checkSegmentLog(options: FsckOptions): AsyncGenerator<LogFinding, number | undefined> {
  const { directory, disk = createNodeDisk(), compression = zstd } = options
  const place = { disk, directory, compression }
  const names = (await disk.list(directory)).filter((name) => segmentFirst(name) !== undefined).sort()
  let end: number | undefined
  for (const name of names) {
    const first = segmentFirst(name) ?? 0
    if (end !== undefined && end < first) {
      const what = 'frames before this segment are missing'
      yield { severity: 'damage', code: 'log.missing-segment', file: name, at: 0, position: end, what }
    }
    if (end !== undefined && end > first) yield damage(name, 0, 'segment overlaps the one before')
    end = yield* checkSegment(place, name, name === names.at(-1))
  }
  return end
}

/** Yields what is wrong with one file; returns where it ends, `undefined` when that is not known. */
async function* checkSegment(
  place: Required<FsckOptions>,
  name: string,
  isLast: boolean,
): AsyncGenerator<LogFinding, number | undefined> {
  const { disk, directory } = place
  const file = await disk.open(`${directory}/${name}`, 'read')
  try {
    const header = decodeHeader(await readRange(file, 0, headerBytes), name)
    if (header.first !== segmentFirst(name)) yield damage(name, 0, 'segment is not the one its name says')
    if (header.kind === 'sealed') {
      const diskBytes = await file.size()
      yield* checkSealed(place, name, header, diskBytes)
      return header.sealed.end
    }
    const damaged: LogFinding[] = []
    const { outcome, durableAt, end } = await scanOpenSegment(file, header, {
      everyFrame: true,
      damagedFrame: (offset, at) => damaged.push(damage(name, at, 'frame does not match its checksum', offset)),
    })
    yield* damaged
    if (outcome.kind === 'damaged') yield damage(name, outcome.at, outcome.what, end)
    if (outcome.kind === 'torn' && !isLast) yield damage(name, durableAt, 'segment ends early', end)
    if (outcome.kind === 'torn' && isLast) {
      const what = 'unfinished commit that was never acknowledged'
      yield { severity: 'note', code: 'log.torn-tail', file: name, at: durableAt, position: end, what }
    }
    return outcome.kind === 'clean' || (outcome.kind === 'torn' && isLast) ? end : undefined
  } catch (error) {
    yield findingOf(error, name)
    return undefined
  } finally {
    await file.close()
  }
}

async function* checkSealed(
  place: Required<FsckOptions>,
  name: string,
  header: SegmentHeader,
  diskBytes: number,
): AsyncGenerator<LogFinding> {
  const cache = createBlockCache(0)
  const segment = new SealedSegment({ ...place, name, header, diskBytes, cache })
  const footer = await segment.footer()
  const { sealed } = header
  if (diskBytes !== sealed.footerAt + sealed.footerBytes) yield damage(name, diskBytes, 'file has another size')
  const blockOf = (delta: number) => footer.runBlocks[findRun(footer.runDeltas, delta)]
  let frames = 0
  for (const [nth, { at }] of footer.blocks.entries()) {
    try {
      const { bytes, starts, deltas } = await segment.block(footer, nth)
      frames += deltas.length
      const changed = starts.findIndex((start) => !isFrameIntact(bytes, start))
      if (changed !== -1) yield damage(name, at, 'frame in a block is damaged', header.first + (deltas[changed] ?? 0))
      // A frame the footer does not lead to is as good as lost.
      const lost = deltas.find((delta) => blockOf(delta) !== nth)
      if (lost !== undefined) yield damage(name, at, 'footer does not lead to a frame', header.first + lost)
    } catch (error) {
      const run = footer.runBlocks.indexOf(nth)
      yield { ...findingOf(error, name), at, position: header.first + (footer.runDeltas[run] ?? 0) }
      frames = Number.NaN
    }
  }
  const isComplete = Number.isNaN(frames) || frames === sealed.frames
  if (!isComplete || footer.runBlocks.at(-1) !== noBlock) yield damage(name, sealed.footerAt, 'frames are missing')
}

function damage(file: string, at: number, what: string, position?: number): LogFinding {
  const finding = { severity: 'damage', code: 'log.damaged', file, at, what } as const
  return position === undefined ? finding : { ...finding, position }
}

/** A finding for what decoding refused; what the disk itself refuses, e.g. EIO, is damage as well. */
function findingOf(error: unknown, file: string): LogFinding {
  if (error instanceof Fault) {
    const code = error.code === 'log.newer-format' ? error.code : 'log.damaged'
    const { at, offset } = error.fields
    const place = { severity: 'damage', code, file, at: typeof at === 'number' ? at : 0, what: error.message } as const
    return typeof offset === 'number' ? { ...place, position: offset } : place
  }
  return damage(file, 0, error instanceof Error ? error.message : String(error))
}
