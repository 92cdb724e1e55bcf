import { createHash } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { type DigestLink, type FoundDigest, nameOfKey, parseDigestName, readDigest } from '@cairn/core/digest'
import { type Destinations, firstExpiryMs, lockOf, openWithVault } from '../buckets/index.ts'
import { Fault } from '../fault.ts'
import type { Kms } from '../kms/index.ts'
import type { Ids } from '../ports/ids.ts'
import type { ObjectHead, VersionHead } from '../ports/object-store.ts'
import type { Finding } from './finding.ts'

/** Digests looked at from the newest on, and as many again from where the last read-back stopped: a day of each. */
const digestsMax = 24
/** Listed files whose presence is asked for, of each day of digests. */
const presentMax = 2_000
/** Listed files that are read whole, of each day of digests. */
const readMax = 16

export interface ReadChain {
  readonly findings: readonly Finding[]
  readonly objects: number
  /** The older digest to go on with next time; `undefined` when the beginning was reached. */
  readonly next?: DigestLink
  /** When the first of the locks that were seen ends; absent when none was seen. */
  readonly firstLockEndMs?: number
  /** When the first of the files that were seen is deleted by a rule; absent when none will be. */
  readonly firstExpiryMs?: number
}

export interface ReadChainOptions {
  readonly destinations: Pick<Destinations, 'find'>
  readonly kms: Pick<Kms, 'find' | 'decrypt'>
  readonly ids: Ids
  readonly nowMs: number
}

/**
 * Reads a chain of digests backwards from one whose hash is known, a day of them, and of the log files that they list a
 * sample. Each digest is held against the hash that its successor gives, so nothing has to be believed of the bucket.
 */
export async function readChain(from: DigestLink, options: ReadChainOptions): Promise<ReadChain> {
  const findings: Finding[] = []
  const listed: FoundDigest['files'][number][] = []
  let objects = 0
  let firstLockEndMs: number | undefined
  let firstDeletionMs: number | undefined
  const expiryOf = ({ bucket, key }: Place, sinceMs: number, size = Number.MAX_SAFE_INTEGER) =>
    firstExpiryMs(options.destinations.find(bucket)?.own?.lifecycle ?? [], { key, size }, sinceMs)
  /** Whether it had to go by now: by a rule of its bucket, that is. */
  const isExpired = (place: Place, deliveredAtMs: number) =>
    (expiryOf(place, deliveredAtMs) ?? Number.POSITIVE_INFINITY) <= options.nowMs
  // Only versions of ours carry what locks them.
  const see = (place: Place, head: ObjectHead & Partial<Pick<VersionHead, 'attributes'>>) => {
    const deletedAtMs = expiryOf(place, head.lastModifiedMs, head.size)
    if (deletedAtMs !== undefined) firstDeletionMs = Math.min(firstDeletionMs ?? deletedAtMs, deletedAtMs)
    const endMs = lockOf({ attributes: head.attributes ?? {} }).retention?.untilMs
    if (endMs !== undefined && endMs > options.nowMs) firstLockEndMs = Math.min(firstLockEndMs ?? endMs, endMs)
  }

  let next: DigestLink | undefined = from
  for (let count = 0; count < digestsMax && next !== undefined; count += 1) {
    const link: DigestLink = next
    objects += 1
    const read = await readObject(link, options, { keepsText: true })
    if (read.kind === 'problem') {
      const endedAtMs = parseDigestName(nameOfKey(link.key))?.endMs ?? options.nowMs
      if (read.finding.kind !== 'missing' || !isExpired(link, endedAtMs)) findings.push(read.finding)
      next = undefined
      break
    }
    see(link, read.head)
    if (read.sha256 !== link.sha256) {
      findings.push(problem('changed', link, 'This digest is not the one that was delivered'))
      next = undefined
      break
    }
    const digest = readDigest(read.text)
    if ('problem' in digest) break
    listed.push(...digest.files)
    const { previous } = digest
    next = previous?.sha256 === undefined ? undefined : { ...previous, sha256: previous.sha256 }
  }

  for (const file of listed.slice(0, presentMax)) {
    objects += 1
    const head = await orMissing(() => options.destinations.find(file.bucket)?.objects.head(file.bucket, file.key))
    if (head !== undefined) see(file, head)
    else if (!isExpired(file, file.newestEventMs)) {
      findings.push(problem('missing', file, 'This log file was delivered and is gone'))
    }
  }
  for (const file of sample(listed, options.ids)) {
    const read = await readObject(file, options, { keepsText: false })
    // That it is gone is told already.
    if (read.kind === 'problem' && read.finding.kind !== 'missing') findings.push(read.finding)
    if (read.kind === 'read' && read.sha256 !== file.sha256) {
      findings.push(problem('changed', file, 'This log file is not the one that was delivered'))
    }
  }
  return {
    findings,
    objects,
    ...(next !== undefined && { next }),
    ...(firstLockEndMs !== undefined && { firstLockEndMs }),
    ...(firstDeletionMs !== undefined && { firstExpiryMs: firstDeletionMs }),
  }
}

function sample<Item>(items: readonly Item[], ids: Ids): readonly Item[] {
  if (items.length <= readMax) return items
  const random = new DataView(Uint8Array.from(ids.bytes(readMax * 4)).buffer)
  const chosen = new Set(Array.from({ length: readMax }, (_, index) => random.getUint32(index * 4) % items.length))
  return [...chosen].flatMap((index) => items[index] ?? [])
}

interface Place {
  readonly bucket: string
  readonly key: string
}

type ReadObject =
  | { readonly kind: 'read'; readonly head: ObjectHead; readonly sha256: string; readonly text: string }
  | { readonly kind: 'problem'; readonly finding: Finding }

/** Digests are small; one that is larger than this is none, and is not kept. */
const textBytesMax = 64 * 1024 * 1024

async function readObject(
  place: Place,
  { destinations, kms }: ReadChainOptions,
  { keepsText }: { readonly keepsText: boolean },
): Promise<ReadObject> {
  const object = await orMissing(() => destinations.find(place.bucket)?.open(place.key))
  if (object === undefined) {
    return { kind: 'problem', finding: problem('missing', place, 'This file was delivered and is gone') }
  }
  try {
    const plain = openWithVault(object, kms)
    if (plain === undefined) {
      const sentence = 'This file is encrypted under a KMS key that is gone: nobody can read it any more'
      return { kind: 'problem', finding: problem('unreadable', place, sentence) }
    }
    const hash = createHash('sha256')
    const chunks: Buffer[] = []
    let bytes = 0
    await pipeline(plain.read(), createGunzip(), async (inflated: AsyncIterable<Buffer>) => {
      for await (const chunk of inflated) {
        hash.update(chunk)
        bytes += chunk.length
        if (keepsText && bytes <= textBytesMax) chunks.push(chunk)
      }
    })
    return { kind: 'read', head: object.head, sha256: hash.digest('hex'), text: Buffer.concat(chunks).toString() }
  } catch {
    return { kind: 'problem', finding: problem('unreadable', place, 'This file cannot be read to its end') }
  } finally {
    await object.close()
  }
}

async function orMissing<Result>(work: () => Promise<Result | undefined> | undefined): Promise<Result | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Fault && error.code === 'object.no-such-bucket') return undefined
    throw error
  }
}

function problem(kind: Finding['kind'], { bucket, key }: Place, sentence: string): Finding {
  return { kind, place: `s3://${bucket}/${key}`, sentence }
}
