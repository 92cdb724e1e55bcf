import { bucketArn, type DataKey } from '../buckets/index.ts'
import { Fault } from '../fault.ts'
import type { KeyRefusal, Kms } from '../kms/index.ts'

/** A file of a trail that has a KMS key, and where it goes. */
export interface FileUnderKey {
  readonly keyArn: string
  readonly trailArn: string
  readonly trailAccount: string
  readonly bucket: string
  readonly key: string
}

/** Encrypts what trails deliver, as the service `cloudtrail.amazonaws.com`, which the key's policy must let in. */
export interface TrailEncryption {
  /** Why a file would not be encrypted now, as S3 names it; `undefined` when it would. Not recorded. */
  problem(file: FileUnderKey): string | undefined
  /**
   * A data key of the file's own. Its making is recorded.
   *
   * @throws Fault `trail.key-refused` with the `reason` as S3 names it
   */
  dataKey(file: FileUnderKey): Promise<DataKey>
}

const principal = 'cloudtrail.amazonaws.com'

export function createTrailEncryption(kms: Pick<Kms, 'forService'>): TrailEncryption {
  const keysFor = ({ trailArn, trailAccount }: FileUnderKey) =>
    kms.forService({ principal, sourceArn: trailArn, sourceAccount: trailAccount })

  return {
    problem(file) {
      const refusal = keysFor(file).refusal(file.keyArn, 'kms:GenerateDataKey', trailKeyContext(file))
      return refusal && problemNames[refusal]
    },
    async dataKey(file) {
      const { keyArn } = file
      const context = trailKeyContext(file)
      const answer = await keysFor(file).generateDataKey(keyArn, context)
      if (answer.kind === 'refused') {
        const fields = { reason: problemNames[answer.reason], trail: file.trailArn, key: keyArn }
        throw new Fault('trail.key-refused', 'the KMS key refuses the delivery', fields)
      }
      const { plaintext, blob } = answer
      return { keyArn, context, blob, plaintext, usesBucketKey: false }
    },
  }
}

/** What ties a data key to its trail and file. @source CloudTrail User Guide, how CloudTrail uses KMS */
export function trailKeyContext({ trailArn, bucket, key }: Omit<FileUnderKey, 'keyArn' | 'trailAccount'>) {
  const partition = trailArn.split(':')[1] ?? 'aws'
  return { 'aws:cloudtrail:arn': trailArn, 'aws:s3:arn': bucketArn(partition, bucket, key) }
}

/** A key as files of a trail may have it, to ask policies about before there is a file. */
export function sampleFileKey({ prefix, account }: { readonly prefix?: string; readonly account: string }): string {
  return `${prefix === undefined ? '' : `${prefix}/`}AWSLogs/${account}/CloudTrail/${account}_CloudTrail.json.gz`
}

/** @source S3 API Reference, error responses of requests that use KMS keys */
const problemNames: Readonly<Record<KeyRefusal, string>> = {
  malformed: 'KMS.NotFoundException',
  'not-found': 'KMS.NotFoundException',
  denied: 'AccessDenied',
  disabled: 'KMS.DisabledException',
  'pending-deletion': 'KMS.KMSInvalidStateException',
  'not-decryptable': 'AccessDenied',
}
