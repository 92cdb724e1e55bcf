import { zstdDecompressSync } from 'node:zlib'
import { Fault } from '../../fault.ts'
import { inOnePiece } from '../../runtime/one-piece.ts'
import type { BlockContent, BlockPlace, FrameBlock } from './frame-block.ts'

/** Blocks at hand, up to a sum of bytes; those least recently asked for go first. */
export interface LoadedBlocks {
  has(key: string): boolean
  get(key: string): FrameBlock | undefined
  /** @throws Fault `log.damaged` */
  load(places: readonly BlockPlace[]): void
  clear(): void
}

/** Blocks that came together. Those that were inflated together are views of one buffer, so they go together, too. */
interface Load {
  readonly keys: readonly string[]
  readonly blocks: readonly FrameBlock[]
  readonly bytes: number
}

/** `onDrop` is told of each block that went, for a load one after the other. */
export function createLoadedBlocks(bytesMax: number, onDrop: (block: FrameBlock) => void): LoadedBlocks {
  const blocks = new Map<string, { readonly block: FrameBlock; readonly load: Load }>()
  const loads = new Set<Load>()
  let total = 0

  const keep = (places: readonly BlockPlace[], read: readonly FrameBlock[]): void => {
    const bytes = read.reduce((sum, block) => sum + block.bytes.length, 0)
    const load = { keys: places.map(({ key }) => key), blocks: read, bytes }
    for (const [index, block] of read.entries()) blocks.set(load.keys[index] ?? '', { block, load })
    loads.add(load)
    total += load.bytes
    for (const oldest of loads) {
      if (total <= bytesMax || oldest === load) break
      loads.delete(oldest)
      total -= oldest.bytes
      for (const key of oldest.keys) if (blocks.get(key)?.load === oldest) blocks.delete(key)
      for (const block of oldest.blocks) onDrop(block)
    }
  }

  return {
    has: (key) => blocks.has(key),
    get(key) {
      const found = blocks.get(key)
      if (found === undefined) return undefined
      loads.delete(found.load)
      loads.add(found.load)
      return found.block
    },
    load(places) {
      const packed = places.filter(isPacked)
      if (packed.length > 0) keep(packed, inflateTogether(packed.map(({ content }) => content)))
      for (const place of places) if (place.content.kind === 'plain') keep([place], [place.content.read()])
    },
    clear() {
      blocks.clear()
      loads.clear()
      total = 0
    },
  }
}

type Packed = BlockContent & { readonly kind: 'packed' }

function isPacked(place: BlockPlace): place is BlockPlace & { readonly content: Packed } {
  return place.content.kind === 'packed'
}

/** Node 24 ends with the first frame. Found out when it does. */
let inflatesAllFrames = true

/**
 * Making a decompressor takes as long as inflating 32 KiB with it, so one inflates them all: zstd frames that follow each
 * other are inflated to what follows each other.
 *
 * @source RFC 8878, 3.1 (frames are concatenated)
 */
function inflateTogether(packed: readonly Packed[]): FrameBlock[] {
  if (packed.length > 1 && !inflatesAllFrames) return packed.flatMap((each) => inflateTogether([each]))
  const rawBytes = packed.reduce((sum, each) => sum + each.rawBytes, 0)
  const bytes = zstdDecompressSync(gather(packed), inOnePiece(rawBytes))
  if (packed.length > 1 && bytes.length === packed[0]?.rawBytes) {
    inflatesAllFrames = false
    return inflateTogether(packed)
  }
  if (bytes.length !== rawBytes) throw new Fault('log.damaged', 'blocks have another length than their footer says')
  let end = 0
  return packed.map((each) => {
    end += each.rawBytes
    return each.unpacked(bytes.subarray(end - each.rawBytes, end))
  })
}

let gathered = Buffer.alloc(0)

/** The frames one behind the other, in a buffer that the next call uses again. */
function gather(packed: readonly Packed[]): Buffer {
  let end = 0
  for (const each of packed) {
    const stored = each.stored()
    if (end + stored.length > gathered.length) {
      const larger = Buffer.allocUnsafeSlow((end + stored.length) * 2)
      gathered.copy(larger, 0, 0, end)
      gathered = larger
    }
    end += stored.copy(gathered, end)
  }
  return gathered.subarray(0, end)
}
