import { giveBack } from '../../runtime/give-back.ts'
import { type Disk, type DiskFile, publish } from '../disk/index.ts'
import type { Compression } from './compression.ts'
import { frameAccount, frameLength } from './frame-codec.ts'
import type { OpenSegment, Stripe } from './open-segment.ts'
import { encodeBlock, encodeFooter, noBlock } from './sealed-format.ts'
import type { SealingPace } from './sealing-pace.ts'
import { encodeHeader, headerBytes, type SegmentHeader } from './segment-format.ts'

/** Frames of one account within a stripe share blocks; reading in order needs a stripe's blocks at once. */
const stripeBytes = 1024 * 1024
/**
 * A look-up inflates a block for each event that stands alone. Half as much would be a third quicker again, and the
 * log a fifth larger; twice as much makes it an eighth smaller.
 */
const blockBytes = 32 * 1024
/** Compressed in one go and written at once: half a millisecond, after which calls are answered. */
const togetherBytes = 256 * 1024

export interface SealOptions {
  readonly disk: Disk
  readonly directory: string
  readonly segment: OpenSegment
  readonly compression: Compression
  readonly pace: SealingPace
  readonly signal: AbortSignal
}

/**
 * Rewrites an open segment that has ended as a sealed one, under the same name: a crash leaves the one or the other.
 * Returns the new header and size.
 *
 * @throws Fault `log.damaged` when a frame cannot be verified: the damage stays where it can be examined
 */
export async function sealSegment(options: SealOptions): Promise<{ header: SegmentHeader; diskBytes: number }> {
  const { disk, directory, segment } = options
  const sealed: { header: SegmentHeader; diskBytes: number }[] = []
  await publish(disk, directory, segment.name, async (file) => {
    sealed.push(await writeSealed(file, options))
  })
  return sealed[0] as { header: SegmentHeader; diskBytes: number }
}

async function writeSealed(file: DiskFile, { segment, compression, pace, signal }: SealOptions) {
  const blocks: { at: number; bytes: number; rawBytes: number }[] = []
  const runs: { delta: number; block: number }[] = []
  const gather = createGatherer(segment.first)
  let at = headerBytes
  let together: Buffer[] = []
  let togetherRawBytes = 0
  const write = async (): Promise<void> => {
    if (together.length === 0) return
    const written = Buffer.concat(together)
    await file.write(written, at - written.length)
    together = []
    togetherRawBytes = 0
  }
  for await (const stripe of segment.stripes(stripeBytes)) {
    await pace.turn()
    const plan = planBlocks(stripe)
    for (const { offset, block } of plan.order) {
      const number = blocks.length + block
      if (runs.at(-1)?.block !== number) runs.push({ delta: offset - segment.first, block: number })
    }
    for (const { account, frames } of plan.blocks) {
      signal.throwIfAborted()
      const raw = gather(stripe, frames)
      const stored = compression.compress(raw)
      const bytes = encodeBlock(account, raw.length, stored)
      // Eight times what it holds: no collection comes by before there are hundreds of them.
      giveBack(stored)
      together.push(bytes)
      blocks.push({ at, bytes: bytes.length, rawBytes: raw.length })
      at += bytes.length
      togetherRawBytes += raw.length
      if (togetherRawBytes >= togetherBytes) await write()
    }
  }
  await write()
  runs.push({ delta: segment.end - segment.first, block: noBlock })
  return finishSealed(file, segment, at, encodeFooter(blocks, runs))
}

async function finishSealed(file: DiskFile, segment: OpenSegment, footerAt: number, footer: Buffer) {
  const header: SegmentHeader = {
    ...segment.header,
    kind: 'sealed',
    sealed: {
      end: segment.end,
      footerAt,
      footerBytes: footer.length,
      newestAcceptedAtMs: segment.newestAcceptedAtMs,
      payloadBytes: segment.payloadBytes,
      frames: segment.frames,
    },
  }
  await file.write(footer, footerAt)
  await file.write(encodeHeader(header), 0)
  return { header, diskBytes: footerAt + footer.length }
}

interface BlockPlan {
  readonly account: string
  readonly frames: { readonly offset: number; readonly start: number }[]
}

/** Divides a stripe into blocks of one account each; `order` says for each frame, in order, which block it goes to. */
function planBlocks({ bytes, frames }: Stripe): { blocks: BlockPlan[]; order: { offset: number; block: number }[] } {
  const blocks: BlockPlan[] = []
  const order: { offset: number; block: number }[] = []
  const filling = new Map<string, { block: number; bytes: number }>()
  for (const frame of frames) {
    const account = frameAccount(bytes, frame.start)
    const length = 4 + frameLength(bytes, frame.start)
    let current = filling.get(account)
    if (current === undefined || current.bytes + length > blockBytes) {
      current = { block: blocks.length, bytes: 0 }
      filling.set(account, current)
      blocks.push({ account, frames: [] })
    }
    current.bytes += length
    blocks[current.block]?.frames.push(frame)
    order.push({ offset: frame.offset, block: current.block })
  }
  return { blocks, order }
}

/** Puts a block's frames one behind the other, in a buffer that the next call uses again. */
function createGatherer(first: number): (stripe: Stripe, frames: BlockPlan['frames']) => Buffer {
  let buffer = Buffer.allocUnsafeSlow(blockBytes)
  return ({ bytes }, frames) => {
    const length = frames.reduce((sum, { start }) => sum + 4 + frameLength(bytes, start), 0)
    if (length > buffer.length) buffer = Buffer.allocUnsafeSlow(length)
    let at = 0
    for (const { offset, start } of frames) {
      at = buffer.writeUInt32LE(offset - first, at)
      at += bytes.copy(buffer, at, start, start + frameLength(bytes, start))
    }
    return buffer.subarray(0, length)
  }
}
