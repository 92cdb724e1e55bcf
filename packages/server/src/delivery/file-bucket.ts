import { createHash } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { type Bucket, type Buckets, defaultRetention, withRetention } from '../buckets/index.ts'
import { Fault } from '../fault.ts'
import type { Clock } from '../ports/clock.ts'
import type { Target } from '../ports/delivery-plan.ts'

/** What a trail delivers to, as delivery needs it. */
export interface FileBucket {
  /**
   * Puts a file that must not be there yet. Finding it there with the same content is success: an earlier put
   * succeeded and its answer was lost.
   *
   * @throws Fault `delivery.refused` when the bucket is missing or its policy keeps deliveries out
   * @throws Fault `delivery.name-taken` when another object has the name
   */
  put(file: FileToPut): Promise<PutResult>
  /** @throws Fault `delivery.refused` when a delivery would be refused now */
  require(delivery: Destined): void
  /** Why a delivery would be refused now; `undefined` when it would not. */
  refusal(delivery: Destined): Refusal | undefined
}

export type Refusal = 'AccessDenied' | 'NoSuchBucket'

/** For whom and where to. */
export interface Destined {
  readonly target: Target
  /** Whose events they are. */
  readonly account: string
  readonly trailArn: string
  readonly trailAccount: string
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
  'x-amz-server-side-encryption': 'AES256',
}

/** Delivers into Cairn's own buckets, as the service `cloudtrail.amazonaws.com`, which their policies must let in. */
export function createFileBucket(options: {
  readonly buckets: Pick<Buckets, 'find' | 'checkDeliveryAccess' | 'objects'>
  readonly clock: Clock
}): FileBucket {
  const { buckets, clock } = options

  const refusal: FileBucket['refusal'] = ({ target, account, trailArn, trailAccount }) => {
    const verdict = buckets.checkDeliveryAccess({ ...target, account, trailArn, trailAccount })
    if (verdict === 'allowed') return undefined
    return verdict === 'denied' ? 'AccessDenied' : 'NoSuchBucket'
  }

  function admitted(delivery: Destined): Bucket {
    const { bucket: name } = delivery.target
    const reason = refusal(delivery)
    const bucket = buckets.find(name)
    if (reason !== undefined || bucket === undefined) throw refused(reason ?? 'NoSuchBucket', name)
    return bucket
  }

  async function contentHash(
    bucket: string,
    key: string,
  ): Promise<{ sha256: string; storedAtMs: number; etag: string }> {
    const object = await buckets.objects.open(bucket, key)
    if (object === undefined) throw new Fault('delivery.name-taken', 'the object came and went', { bucket })
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
    return { sha256: hash.digest('hex'), storedAtMs: object.head.lastModifiedMs, etag: object.head.etag }
  }

  return {
    refusal,
    require: (delivery) => void admitted(delivery),
    async put(file) {
      const bucket = admitted(file)
      try {
        const written = await buckets.objects.put({
          bucket: bucket.name,
          key: file.key,
          headers,
          body: oneChunk(file.bytes),
          attributes: withRetention(defaultRetention(bucket.lock, clock.nowMs())),
          keepsVersions: bucket.versioning === 'Enabled',
          writtenBy: file.writtenBy,
          onlyIfAbsent: true,
        })
        return { outcome: 'written', storedAtMs: written.lastModifiedMs, etag: written.etag }
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        if (error.code === 'object.no-such-bucket') throw refused('NoSuchBucket', bucket.name, error)
        if (error.code !== 'object.exists') throw error
      }
      const { sha256, ...found } = await contentHash(bucket.name, file.key)
      if (sha256 === file.sha256) return { outcome: 'found', ...found }
      throw new Fault('delivery.name-taken', 'another object has the name', { bucket: bucket.name })
    },
  }
}

function refused(reason: Refusal, bucket: string, cause?: Fault): Fault {
  return new Fault('delivery.refused', 'the bucket refuses the delivery', { reason, bucket }, { cause })
}

async function* oneChunk(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}
