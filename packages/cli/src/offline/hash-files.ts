import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { TrailEvent } from '@cairn/core/digest'
import { giveBack } from '@cairn/server/give-back'
import { type HashedMember, hashFirstMember, readFirstMember, sha256Of } from '@cairn/server/gzip-member'
import { trailEvents } from './trail-events.ts'

/** A file to inflate and hash: named by its path, or as bytes. */
export interface FileJob {
  readonly path?: string
  readonly bytes?: Uint8Array<ArrayBuffer>
  /** Its text is wanted; else the calls in it that begin or end chains. */
  readonly isDigest: boolean
}

export type FileResult = HashedMember & { readonly text?: string; readonly events?: readonly TrailEvent[] }

export interface HashedFiles {
  /** Of the jobs, in their order. */
  readonly results: readonly FileResult[]
  /** Of the files, as they lie there. */
  readonly fileBytes: number
}

/** Files up to this size, and contents, are held in memory at once; larger ones go through in pieces. */
const wholeFileBytesMax = 8 * 1024 * 1024
const wholeContentBytesMax = 128 * 1024 * 1024

/** A buffer per thread for whole files: reading into it saves the making of one for each. */
let buffer = Buffer.allocUnsafe(256 * 1024)

/** Inflates and hashes files one after the other, in this thread. */
export async function hashFiles(jobs: readonly FileJob[]): Promise<HashedFiles> {
  const results: FileResult[] = []
  let fileBytes = 0
  for (const job of jobs) {
    const { result, size } = await hashFile(job)
    results.push(result)
    fileBytes += size
  }
  return { results, fileBytes }
}

async function hashFile(job: FileJob): Promise<{ readonly result: FileResult; readonly size: number }> {
  try {
    const bytes = job.bytes ?? readWhole(job.path ?? '')
    if (typeof bytes === 'number') return { result: await hashFirstMember(job.path ?? '', bytes), size: bytes }
    return { result: await resultOf(job, bytes), size: bytes.length }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const problem = `cannot be read${code === undefined ? '' : ` (${code})`}`
    return { result: { kind: 'unreadable', problem }, size: 0 }
  }
}

async function resultOf({ path, isDigest }: FileJob, bytes: Uint8Array): Promise<FileResult> {
  const member = readFirstMember(bytes, wholeContentBytesMax)
  if (member === undefined) {
    if (path === undefined) return { kind: 'unreadable', problem: 'is too large when decompressed' }
    return hashFirstMember(path, bytes.length)
  }
  if (member.kind === 'unreadable') return member
  const { content, hasMoreBytes } = member
  const hashed: HashedMember = { kind: 'read', sha256: sha256Of(content), hasMoreBytes }
  const result = isDigest ? { ...hashed, text: content.toString('utf8') } : { ...hashed, events: trailEvents(content) }
  // The next content gets the same memory, warm.
  giveBack(content)
  return result
}

/** The file in a buffer that the next one overwrites, or its size when it is large. */
function readWhole(path: string): Uint8Array | number {
  const file = openSync(path, 'r')
  try {
    let at = 0
    for (let read = 1; read > 0; at += read) {
      if (at === buffer.length) {
        const { size } = fstatSync(file)
        if (size > wholeFileBytesMax) return size
        const larger = Buffer.allocUnsafe(wholeFileBytesMax + 1)
        buffer.copy(larger, 0, 0, at)
        buffer = larger
      }
      read = readSync(file, buffer, at, buffer.length - at, at)
    }
    return buffer.subarray(0, at)
  } finally {
    closeSync(file)
  }
}
