import { crc32c } from '@cairn/aws-kit/checksum'
import { Fault } from '../../fault.ts'

/*
 * What stands in a sealed segment behind its header (segment-format.ts). Numbers are little-endian.
 *
 *   block   = magic:u32 crc:u32 encoding:u8 account-length:u8 0:u16 raw-bytes:u32 stored-bytes:u32 account stored
 *             `crc` is the CRC32C of the rest of the block. All frames of a block belong to `account`.
 *   encoding= 1 zstd        (a later one may encrypt with the account's key)
 *   raw     = { delta:u32 frame }*       delta = offset − first offset of the segment, growing; frame-codec.ts
 *   footer  = crc:u32 blocks:u32 runs:u32 { at:u32 bytes:u32 raw-bytes:u32 }* { delta:u32 block:u32 }*
 *             A run says which block holds the offsets from `delta` up to the next run's; the last one starts at the
 *             end of the segment and names `noBlock`.
 */

export const blockMagic = 0xb10c5ea1
export const blockHeadBytes = 20
export const encodingZstd = 1
export const noBlock = 0xffffffff
const footerHeadBytes = 12

export interface Footer {
  readonly blocks: readonly { readonly at: number; readonly bytes: number; readonly rawBytes: number }[]
  /** First delta of each run, and the block it is in. */
  readonly runDeltas: Uint32Array
  readonly runBlocks: Uint32Array
  readonly cachedBytes: number
}

/** One block as it is written; `stored` is what `encoding` made of the frames. */
export function encodeBlock(account: string, rawBytes: number, stored: Uint8Array): Buffer {
  const accountBytes = Buffer.from(account)
  const target = Buffer.allocUnsafe(blockHeadBytes + accountBytes.length + stored.length)
  target.writeUInt32LE(blockMagic, 0)
  target[8] = encodingZstd
  target[9] = accountBytes.length
  target.writeUInt16LE(0, 10)
  target.writeUInt32LE(rawBytes, 12)
  target.writeUInt32LE(stored.length, 16)
  accountBytes.copy(target, blockHeadBytes)
  target.set(stored, blockHeadBytes + accountBytes.length)
  target.writeUInt32LE(crc32c(target, 8), 4)
  return target
}

/**
 * The stored part of a block that is whole.
 *
 * @throws Fault `log.damaged`, or `log.newer-format` for an encoding this version does not know
 */
export function decodeBlock(source: Buffer, file: string, at: number): { account: string; stored: Buffer } {
  const accountEnd = blockHeadBytes + (source[9] ?? 0)
  const isWhole =
    source.length > blockHeadBytes &&
    source.readUInt32LE(0) === blockMagic &&
    source.length === accountEnd + source.readUInt32LE(16) &&
    crc32c(source, 8) === source.readUInt32LE(4)
  if (!isWhole) throw new Fault('log.damaged', 'block does not match its checksum', { file, at })
  if (source[8] !== encodingZstd) {
    throw new Fault('log.newer-format', 'block has an encoding of a newer version', { file, at })
  }
  return { account: source.toString('utf8', blockHeadBytes, accountEnd), stored: source.subarray(accountEnd) }
}

export function encodeFooter(
  blocks: Footer['blocks'],
  runs: readonly { readonly delta: number; readonly block: number }[],
): Buffer {
  const target = Buffer.allocUnsafe(footerHeadBytes + blocks.length * 12 + runs.length * 8)
  target.writeUInt32LE(blocks.length, 4)
  target.writeUInt32LE(runs.length, 8)
  let at = footerHeadBytes
  for (const block of blocks) {
    at = target.writeUInt32LE(block.at, at)
    at = target.writeUInt32LE(block.bytes, at)
    at = target.writeUInt32LE(block.rawBytes, at)
  }
  for (const run of runs) at = target.writeUInt32LE(run.block, target.writeUInt32LE(run.delta, at))
  target.writeUInt32LE(crc32c(target, 4), 0)
  return target
}

/** @throws Fault `log.damaged` */
export function decodeFooter(source: Buffer, file: string, footerAt: number): Footer {
  const blockCount = source.length >= footerHeadBytes ? source.readUInt32LE(4) : 0
  const runCount = source.length >= footerHeadBytes ? source.readUInt32LE(8) : 0
  const isWhole =
    source.length === footerHeadBytes + blockCount * 12 + runCount * 8 && crc32c(source, 4) === source.readUInt32LE(0)
  if (!isWhole) throw new Fault('log.damaged', 'footer does not match its checksum', { file, at: footerAt })
  const blocks: { at: number; bytes: number; rawBytes: number }[] = []
  let at = footerHeadBytes
  for (; blocks.length < blockCount; at += 12) {
    blocks.push({
      at: source.readUInt32LE(at),
      bytes: source.readUInt32LE(at + 4),
      rawBytes: source.readUInt32LE(at + 8),
    })
  }
  const runDeltas = new Uint32Array(runCount)
  const runBlocks = new Uint32Array(runCount)
  for (let run = 0; run < runCount; run++, at += 8) {
    runDeltas[run] = source.readUInt32LE(at)
    runBlocks[run] = source.readUInt32LE(at + 4)
  }
  return { blocks, runDeltas, runBlocks, cachedBytes: source.length * 3 }
}
