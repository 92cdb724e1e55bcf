import { type Digest, signatureAlgorithm } from './digest.ts'
import { digestKey } from './digest-key.ts'
import { toIsoSecond } from './digest-time.ts'

/**
 * The text of a digest: its UTF-8 bytes are hashed, signed and compressed. Members stand in the documented order; the
 * same digest always gives the same text, which is how a write that was cut off is recognised and finished.
 *
 * @source CloudTrail User Guide, CloudTrail digest file structure
 */
export function digestText(digest: Digest): string {
  const { chain, window, previous, files } = digest
  const newestMs = files.reduce((newest, file) => Math.max(newest, file.newestEventMs), Number.NEGATIVE_INFINITY)
  const oldestMs = files.reduce((oldest, file) => Math.min(oldest, file.oldestEventMs), Number.POSITIVE_INFINITY)
  return JSON.stringify({
    awsAccountId: chain.account,
    digestStartTime: toIsoSecond(window.startMs),
    digestEndTime: toIsoSecond(window.endMs),
    digestS3Bucket: digest.bucket,
    digestS3Object: digestKey(chain, window.endMs),
    digestPublicKeyFingerprint: digest.fingerprint,
    digestSignatureAlgorithm: signatureAlgorithm,
    newestEventTime: files.length === 0 ? null : toIsoSecond(newestMs),
    oldestEventTime: files.length === 0 ? null : toIsoSecond(oldestMs),
    previousDigestS3Bucket: previous?.bucket ?? null,
    previousDigestS3Object: previous?.key ?? null,
    previousDigestHashValue: previous?.sha256 ?? null,
    previousDigestHashAlgorithm: previous === undefined ? null : 'SHA-256',
    previousDigestSignature: previous?.signature ?? null,
    logFiles: files.map((file) => ({
      s3Bucket: file.bucket,
      s3Object: file.key,
      hashValue: file.sha256,
      hashAlgorithm: 'SHA-256',
      newestEventTime: toIsoSecond(file.newestEventMs),
      oldestEventTime: toIsoSecond(file.oldestEventMs),
    })),
  })
}

/**
 * What is signed (RSASSA-PKCS1-v1_5 over the SHA-256 of its UTF-8 bytes): four lines, no line end behind the last.
 * `endTime` is the text in the digest; `sha256` the hex hash of the digest's own uncompressed bytes.
 *
 * @source CloudTrail User Guide, custom implementations of log file integrity validation
 */
export function stringToSign(digest: {
  readonly endTime: string
  readonly bucket: string
  readonly key: string
  readonly sha256: string
  readonly previousSignature: string | undefined
}): string {
  const place = `${digest.bucket}/${digest.key}`
  return [digest.endTime, place, digest.sha256, digest.previousSignature ?? 'null'].join('\n')
}
