import { createHash } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import {
  type Bucket,
  type Buckets,
  dataKeyOf,
  defaultRetention,
  encryptedPut,
  encryptionHeader,
  withRetention,
} from '../buckets/index.ts'
import { Fault } from '../fault.ts'
import type { Clock } from '../ports/clock.ts'
import type { Target } from '../ports/delivery-plan.ts'
import type { Ids } from '../ports/ids.ts'
import type { OpenObject, PutVersion, VersionHead } from '../ports/object-store.ts'
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

type Announced = Pick<VersionHead, 'key' | 'size' | 'etag'> & { readonly versionId?: string }

const service = 'cloudtrail.amazonaws.com'
const ourselves = { principalId: `AWS:${service}`, sourceIp: service, requestId: '' }

/** Delivers into Cairn's own buckets, as the service `cloudtrail.amazonaws.com`, which their policies must let in. */
export function createFileBucket(options: {
  readonly buckets: Pick<Buckets, 'find' | 'checkDeliveryAccess' | 'objects' | 'announce'>
  readonly encryption: TrailEncryption
  readonly clock: Clock
  readonly ids: Ids
}): FileBucket {
  const { buckets, encryption, clock, ids } = options

  const refusal: FileBucket['refusal'] = (delivery) => {
    const { target, account, trailArn, trailAccount, keyArn, key = sampleFileKey({ ...target, account }) } = delivery
    const verdict = buckets.checkDeliveryAccess({ ...target, account, trailArn, trailAccount })
    if (verdict === 'denied') return 'AccessDenied'
    if (verdict === 'no-such-bucket') return 'NoSuchBucket'
    return keyArn && encryption.problem({ keyArn, trailArn, trailAccount, bucket: target.bucket, key })
  }

  function admitted(delivery: Destined): Bucket {
    const { bucket: name } = delivery.target
    const reason = refusal(delivery)
    const bucket = buckets.find(name)
    if (reason !== undefined || bucket === undefined) throw refused(reason ?? 'NoSuchBucket', name)
    return bucket
  }

  /** What is to be put, encrypted under the trail's key where it has one and by S3 itself where it has none. */
  async function encrypted(put: PutVersion, { keyArn, trailArn, trailAccount, key, sha256 }: FileToPut) {
    if (keyArn === undefined) return { ...put, headers: { ...put.headers, [encryptionHeader]: 'AES256' } }
    const dataKey = await encryption.dataKey({ keyArn, trailArn, trailAccount, bucket: put.bucket, key })
    return encryptedPut({ ...put, headers: { ...put.headers, [contentHeader]: sha256 } }, dataKey, ids)
  }

  const announce = (bucket: Bucket, { key, size, etag, versionId }: Announced) =>
    buckets.announce(bucket, {
      name: 'ObjectCreated:Put',
      key,
      size,
      etag,
      ...(versionId && { versionId }),
      by: ourselves,
    })

  async function found(bucket: string, key: string): Promise<{ sha256: string; storedAtMs: number; etag: string }> {
    const object = await buckets.objects.open(bucket, key)
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
      const plain = {
        bucket: bucket.name,
        key: file.key,
        headers,
        body: oneChunk(file.bytes),
        attributes: withRetention(defaultRetention(bucket.lock, clock.nowMs())),
        keepsVersions: bucket.versioning === 'Enabled',
        writtenBy: file.writtenBy,
        onlyIfAbsent: true,
      }
      try {
        const written = await buckets.objects.put(await encrypted(plain, file))
        await announce(bucket, written)
        return { outcome: 'written', storedAtMs: written.lastModifiedMs, etag: written.etag }
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        if (error.code === 'object.no-such-bucket') throw refused('NoSuchBucket', bucket.name, error)
        if (error.code !== 'object.exists') throw error
      }
      const { sha256, ...stored } = await found(bucket.name, file.key)
      // Whether anybody was told of it, nobody knows.
      if (sha256 === file.sha256) {
        await announce(bucket, { key: file.key, size: file.bytes.length, etag: stored.etag })
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
