import { createHash } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { type Destination, type Destinations, dataKeyOf } from '../buckets/index.ts'
import { Fault } from '../fault.ts'
import type { Clock } from '../ports/clock.ts'
import type { Target } from '../ports/delivery-plan.ts'
import type { OpenObject } from '../ports/object-store.ts'
import { sampleFileKey, type TrailEncryption } from '../trails/index.ts'

/** What a trail delivers to, as delivery needs it. */
export interface FileBucket {
  /**
   * Puts a file that must not be there yet. Finding it there with the same content is success: an earlier put
   * succeeded and its answer was lost.
   *
   * @throws Fault `delivery.refused` when the bucket is missing or its policy keeps deliveries out
   * @throws Fault `trail.key-refused` when the trail's KMS key cannot be used
   * @throws Fault `delivery.name-taken` when another object has the name
   */
  put(file: FileToPut): Promise<PutResult>
  /** A file that was put before, and whose store was not heard; `undefined` where it is not there as it would be. */
  find(file: Pick<FileToPut, 'target' | 'key' | 'sha256'>): Promise<PutResult | undefined>
  /** @throws Fault `delivery.refused` when a delivery would be refused now */
  require(delivery: Destined): void
  /** Why a delivery would be refused now; `undefined` when it would not. */
  refusal(delivery: Destined): Refusal | undefined
}

/** As S3 names it. */
export type Refusal = string

/** For whom and where to. */
export interface Destined {
  readonly target: Target
  /** Whose events they are. */
  readonly account: string
  readonly trailArn: string
  readonly trailAccount: string
  /** ARN of the trail's KMS key, where it has one. */
  readonly keyArn?: string
  /** The file's key, where it is known: keys' policies may ask about it. */
  readonly key?: string
}

export interface FileToPut extends Destined {
  readonly key: string
  /** Compressed. */
  readonly bytes: Uint8Array
  /** Hex, before compression. */
  readonly sha256: string
  /** Id of the claim, for a restart that looks who wrote the object. */
  readonly writtenBy: string
}

export interface PutResult {
  /** `found`: it was there already. */
  readonly outcome: 'written' | 'found'
  readonly storedAtMs: number
  readonly etag: string
}

/**
 * As the real service puts them. The ACL of the request is not kept with an object: it gives the bucket's owner what
 * the owner of a bucket has here anyway, and is what bucket policies ask for.
 *
 * @source delivery of real log files as their owners report it
 */
const headers = {
  'content-type': 'application/json',
  'content-encoding': 'gzip',
}

/**
 * Hash of what an encrypted file holds: so that one found there is recognised without opening it, for which trails have
 * no permission. It is in the digest for everyone to see.
 */
const contentHeader = 'cairn-content-sha256'

/**
 * Delivers as the service `cloudtrail.amazonaws.com`, which policies of buckets must let in; into other stores where the
 * configuration says so.
 */
export function createFileBucket(options: {
  readonly destinations: Destinations
  readonly encryption: TrailEncryption
  readonly clock: Clock
}): FileBucket {
  const { destinations, encryption, clock } = options

  const refusal: FileBucket['refusal'] = (delivery) => {
    const { target, account, trailArn, trailAccount, keyArn, key = sampleFileKey({ ...target, account }) } = delivery
    const verdict = destinations.check({
      ...target,
      account,
      trailArn,
      trailAccount,
      ...(keyArn !== undefined && { keyArn }),
    })
    if (verdict === 'denied') return 'AccessDenied'
    if (verdict === 'no-such-bucket') return 'NoSuchBucket'
    return keyArn && encryption.problem({ keyArn, trailArn, trailAccount, bucket: target.bucket, key })
  }

  function admitted(delivery: Destined): Destination {
    const { bucket: name } = delivery.target
    const reason = refusal(delivery)
    const bucket = destinations.find(name)
    if (reason !== undefined || bucket === undefined) throw refused(reason ?? 'NoSuchBucket', name)
    return bucket
  }

  /** Under the trail's key where it has one, else as S3 encrypts by itself. */
  async function encrypted({ keyArn, trailArn, trailAccount, key, sha256, target }: FileToPut) {
    if (keyArn === undefined) return { headers }
    const dataKey = await encryption.dataKey({ keyArn, trailArn, trailAccount, bucket: target.bucket, key })
    return { headers: { ...headers, [contentHeader]: sha256 }, dataKey }
  }

  async function found(bucket: string, key: string): Promise<{ sha256: string; storedAtMs: number; etag: string }> {
    const object = await destinations.find(bucket)?.open(key)
    if (object === undefined) throw new Fault('delivery.name-taken', 'the object came and went', { bucket })
    const { head } = object
    const sha256 = await contentHash(object, bucket)
    return { sha256, storedAtMs: head.lastModifiedMs, etag: head.etag }
  }

  async function contentHash(object: OpenObject, bucket: string): Promise<string> {
    const { headers: kept } = object.head
    if (dataKeyOf(object.head) !== undefined) {
      await object.close()
      return kept[contentHeader] ?? ''
    }
    const inflated = createGunzip()
    const hash = createHash('sha256')
    try {
      await pipeline(object.read(), inflated, async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) hash.update(chunk)
      })
    } catch (cause) {
      throw new Fault('delivery.name-taken', 'another object has the name', { bucket }, { cause })
    } finally {
      await object.close()
    }
    return hash.digest('hex')
  }

  return {
    refusal,
    require: (delivery) => void admitted(delivery),
    async find({ target, key, sha256: expected }) {
      try {
        const { sha256, ...stored } = await found(target.bucket, key)
        return sha256 === expected ? { outcome: 'found', ...stored } : undefined
      } catch (error) {
        const isElsewhere = error instanceof Fault && absences.has(error.code)
        if (!isElsewhere) throw error
        return undefined
      }
    },
    async put(file) {
      const bucket = admitted(file)
      try {
        const written = await bucket.put({
          key: file.key,
          ...(await encrypted(file)),
          body: oneChunk(file.bytes),
          writtenBy: file.writtenBy,
          onlyIfAbsent: true,
        })
        // Another store's clock may be off; what it wrote for us just now, it wrote now.
        const storedAtMs = bucket.own === undefined ? clock.nowMs() : written.lastModifiedMs
        return { outcome: 'written', storedAtMs, etag: written.etag }
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        if (error.code === 'object.no-such-bucket') throw refused('NoSuchBucket', bucket.name, error)
        if (error.code !== 'object.exists') throw error
      }
      const { sha256, ...stored } = await found(bucket.name, file.key)
      if (sha256 === file.sha256) {
        await bucket.tell({ key: file.key, size: file.bytes.length, etag: stored.etag })
        return { outcome: 'found', ...stored }
      }
      throw new Fault('delivery.name-taken', 'another object has the name', { bucket: bucket.name })
    },
  }
}

/** Codes that say that a file is not where it was looked for. */
const absences: ReadonlySet<string> = new Set(['delivery.name-taken', 'object.no-such-bucket'])

function refused(reason: Refusal, bucket: string, cause?: Fault): Fault {
  return new Fault('delivery.refused', 'the bucket refuses the delivery', { reason, bucket }, { cause })
}

async function* oneChunk(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}
