import { zstdCompressSync } from 'node:zlib'

/** Of the index, measured on real logs; docs/benchmarks.md has the figure of the day. */
const indexBytesPerEvent = 140

/** Every n-th batch is compressed as the log does it: enough for an estimate, cheap enough not to be noticed. */
const sampleEvery = 16

/** Tells from samples what records will take on disk. */
export function createDiskEstimate() {
  let batches = 0
  let sampledBytes = 0
  let compressedBytes = 0
  return {
    sample(bytes: Uint8Array): void {
      if (batches++ % sampleEvery !== 0 || bytes.length === 0) return
      sampledBytes += bytes.length
      compressedBytes += zstdCompressSync(bytes).length
    },
    bytes({ added, recordBytes }: { readonly added: number; readonly recordBytes: number }): number {
      const ratio = sampledBytes === 0 ? 1 : compressedBytes / sampledBytes
      return Math.ceil(recordBytes * ratio + added * indexBytesPerEvent)
    },
  }
}
