import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { type Destinations, dataKeyOf } from '../buckets/index.ts'
import { Fault } from '../fault.ts'
import type { ObjectHead } from '../ports/object-store.ts'
import type { TrailEncryption } from '../trails/index.ts'

export interface DigestToPut {
  readonly bucket: string
  readonly key: string
  readonly prefix?: string | undefined
  readonly account: string
  readonly trailArn: string
  /** ARN of the trail's KMS key, where it has one. */
  readonly keyArn?: string
  /** Compressed. */
  readonly bytes: Uint8Array
  /** Hex, before compression. */
  readonly sha256: string
  /** `x-amz-meta-*`. */
  readonly metadata: Readonly<Record<string, string>>
}

/** Where digests go. */
export interface DigestBucket {
  /**
   * Puts a digest. Finding the same one there is success: an earlier put succeeded and nobody heard of it. Anything
   * else under its name is replaced, and told.
   *
   * @throws Fault `integrity.refused` when the bucket is missing or its policy keeps digests out
   * @throws Fault `trail.key-refused` when the trail's KMS key cannot be used
   */
  put(digest: DigestToPut): Promise<void>
}

const headers = {
  'content-type': 'application/json',
  'content-encoding': 'gzip',
}

/** Hash of what an encrypted digest holds, by which it is recognised without opening it. */
const contentHeader = 'cairn-content-sha256'

/** An object under a digest's name that is larger than any digest is none; it is not read. */
const digestBytesMax = 64 * 1024 * 1024

/** Entered as `cloudtrail.amazonaws.com`, which policies of buckets must let in. */
export function createDigestBucket(options: {
  readonly destinations: Destinations
  readonly encryption: TrailEncryption
  readonly telemetry: {
    digestReplaced(facts: { readonly bucket: string; readonly key: string }): void
  }
}): DigestBucket {
  const { destinations, encryption, telemetry } = options

  /** The object under the digest's name, where it is the digest. */
  async function foundThere({ bucket, key, sha256, metadata }: DigestToPut): Promise<ObjectHead | undefined> {
    const object = await destinations.find(bucket)?.open(key)
    if (object === undefined) return undefined
    const { head } = object
    try {
      const { headers: found, size } = head
      if (size > digestBytesMax || !Object.entries(metadata).every(([name, value]) => found[name] === value))
        return undefined
      if (dataKeyOf(head) !== undefined) return found[contentHeader] === sha256 ? head : undefined
      const chunks: Uint8Array[] = []
      for await (const chunk of object.read()) chunks.push(chunk)
      const content = inflated(Buffer.concat(chunks))
      return createHash('sha256').update(content).digest('hex') === sha256 ? head : undefined
    } finally {
      await object.close()
    }
  }

  /** Under the trail's key where it has one. @source CloudTrail User Guide, document history: digests since May 2025 */
  async function encrypted({ keyArn, trailArn, account, key, bucket, sha256, metadata }: DigestToPut) {
    const plain = { ...headers, ...metadata }
    if (keyArn === undefined) return { headers: plain }
    const dataKey = await encryption.dataKey({ keyArn, trailArn, trailAccount: account, bucket, key })
    return { headers: { ...plain, [contentHeader]: sha256 }, dataKey }
  }

  return {
    async put(digest) {
      const { bucket: name, account, trailArn, prefix, key, keyArn } = digest
      const access = {
        bucket: name,
        account,
        trailArn,
        ...(prefix !== undefined && { prefix }),
        ...(keyArn !== undefined && { keyArn }),
      }
      const verdict = destinations.check(access)
      const bucket = destinations.find(name)
      if (verdict !== 'allowed' || bucket === undefined)
        throw refused(verdict === 'denied' ? 'AccessDenied' : 'NoSuchBucket', name)
      const put = async (onlyIfAbsent: boolean) =>
        bucket.put({
          key,
          ...(await encrypted(digest)),
          body: oneChunk(digest.bytes),
          writtenBy: `digest-${digest.sha256.slice(0, 32)}`,
          onlyIfAbsent,
        })
      try {
        await put(true)
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        if (error.code === 'object.no-such-bucket') throw refused('NoSuchBucket', name, error)
        if (error.code !== 'object.exists') throw error
        const found = await foundThere(digest)
        // An answer was lost, or the process ended behind the put: nobody knows whether queues were told.
        if (found !== undefined) return bucket.tell(found)
        await put(false)
        telemetry.digestReplaced({ bucket: name, key })
      }
    },
  }
}

function refused(reason: string, bucket: string, cause?: Fault): Fault {
  return new Fault('integrity.refused', 'the bucket refuses the digest', { reason, bucket }, { cause })
}

function inflated(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: digestBytesMax })
  } catch {
    // No digest of ours; its hash will not be the one looked for.
    return bytes
  }
}

async function* oneChunk(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}
