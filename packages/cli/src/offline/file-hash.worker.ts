import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { type HashedMember, hashFirstMember, readFirstMember, sha256Of } from '@cairn/server/proofs'
import type { FileJob, FileResult } from './hash-pool.ts'
import { trailEvents } from './trail-events.ts'

/** Files up to this size, and contents, are held in memory at once; larger ones go through in pieces. */
const wholeFileBytesMax = 8 * 1024 * 1024
const wholeContentBytesMax = 128 * 1024 * 1024

/** A buffer per worker for whole files: reading into it saves the making of one for each. */
let buffer = Buffer.allocUnsafe(256 * 1024)

const port = parentPort
port?.on('message', async (jobs: readonly FileJob[]) => {
  const results: FileResult[] = []
  for (const job of jobs) results.push(await resultOf(job))
  port.postMessage(results)
})

async function resultOf(job: FileJob): Promise<FileResult> {
  try {
    const bytes = job.bytes ?? readWhole(job.path ?? '')
    if (typeof bytes === 'number') return await hashFirstMember(job.path ?? '', bytes)
    const member = readFirstMember(bytes, wholeContentBytesMax)
    if (member === undefined) {
      if (job.path === undefined) return { kind: 'unreadable', problem: 'is too large when decompressed' }
      return await hashFirstMember(job.path, bytes.length)
    }
    if (member.kind === 'unreadable') return member
    const { content, hasMoreBytes } = member
    const hashed: HashedMember = { kind: 'read', sha256: sha256Of(content), hasMoreBytes }
    return job.isDigest ? { ...hashed, text: content.toString('utf8') } : { ...hashed, events: trailEvents(content) }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    return { kind: 'unreadable', problem: `cannot be read${code === undefined ? '' : ` (${code})`}` }
  }
}

/** The file in a buffer that the next one overwrites, or its size when it is large. */
function readWhole(path: string): Uint8Array | number {
  const file = openSync(path, 'r')
  try {
    const size = fstatSync(file).size
    if (size > wholeFileBytesMax) return size
    if (size > buffer.length) buffer = Buffer.allocUnsafe(size * 2)
    let at = 0
    while (at < size) {
      const read = readSync(file, buffer, at, size - at, at)
      if (read === 0) break
      at += read
    }
    return buffer.subarray(0, at)
  } finally {
    closeSync(file)
  }
}
