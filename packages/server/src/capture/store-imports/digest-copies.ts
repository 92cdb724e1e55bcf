import { hash } from 'node:crypto'
import { Fault } from '../../fault.ts'
import type { ObjectHead, ObjectStore } from '../../ports/object-store.ts'
import type { Source } from './source.ts'

/** Not a name that a request can spell. */
const copiesBucket = 'imported+digests'

/** Real ones have some 200 characters; with ours around them they must stay below 1,024 bytes. */
const ofDigest = /^.{0,400}\/CloudTrail-Digest\/.{1,400}\.json\.gz$/

/** Digests of imported log files, kept aside for whoever verifies them: the bucket they are from may lose them. */
export interface DigestCopies {
  /** Keeps a copy if it is a digest; a digest that was replaced by another is kept beside that. */
  keep(source: Source, head: ObjectHead, bytes: Uint8Array): Promise<void>
}

/** `"<store>/<bucket>/<key>/<first 16 hex digits of the content's SHA-256>"`, with the metadata: the signature is there. */
export function createDigestCopies(objects: ObjectStore): DigestCopies {
  let bucketMade: Promise<void> | undefined
  return {
    async keep({ store, bucket }, head, bytes) {
      if (!ofDigest.test(head.key)) return
      bucketMade ??= objects.createBucket(copiesBucket)
      await bucketMade
      const content = hash('sha256', bytes, 'hex').slice(0, 16)
      const key = `${store.name}/${bucket}/${head.key}/${content}`
      try {
        const body = (async function* () {
          yield bytes
        })()
        await objects.put({ bucket: copiesBucket, key, headers: head.headers, body, onlyIfAbsent: true })
      } catch (error) {
        if (!(error instanceof Fault) || error.code !== 'object.exists') throw error
      }
    },
  }
}
