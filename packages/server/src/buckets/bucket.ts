import { defineCollection } from '../ports/catalog.ts'
import type { LifecycleRule } from './lifecycle.ts'
import type { BucketLock } from './object-lock.ts'

/** A bucket. Its name is unique over all accounts of the installation. */
export interface Bucket {
  readonly name: string
  /** Owner. */
  readonly account: string
  readonly region: string
  readonly createdAtMs: number
  /** JSON text as it was put. */
  readonly policy?: string
  readonly ownership: Ownership
  readonly tags: readonly BucketTag[]
  /** Absent until versions are asked for the first time; never absent again. */
  readonly versioning?: 'Enabled' | 'Suspended'
  /** The KMS key for objects that come without a word on encryption; absent where S3 encrypts them by itself. */
  readonly encryption?: BucketEncryption
  /**
   * What was asked for with `encryption` and is so anyway, or says nothing where S3 encrypts by itself. Kept to be shown:
   * infrastructure code waits until it reads what it wrote.
   */
  readonly encryptionShown?: { readonly bucketKey?: true; readonly blocksCustomerKeys?: true }
  /** Queues that are told of what happens to objects. */
  readonly notifications?: readonly QueueNotification[]
  /** Rules by which objects expire. */
  readonly lifecycle?: readonly LifecycleRule[]
  /**
   * From which size objects change their storage class, as it came with `lifecycle`; the larger of two when absent.
   * There is one storage class, so nothing comes of it: infrastructure code waits until it reads what it wrote.
   */
  readonly transitionMinimum?: 'varies_by_storage_class'
  /** Absent where public access was never blocked, or the block was taken off. */
  readonly publicAccess?: PublicAccessBlock
  /** Present where versions can be locked; never taken away. */
  readonly lock?: BucketLock
}

/**
 * Whether clients may speak of ACLs: under `BucketOwnerEnforced`, the default, they may not. Access is decided by
 * policies alone either way; an ACL that grants anything to others is refused, as under AWS's Block Public Access.
 * `Unset`, where the setting was taken away, is as `ObjectWriter`.
 */
export type Ownership = 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter' | 'Unset'

/** A queue that is told of what happens to objects. */
export interface QueueNotification {
  readonly id: string
  readonly queueArn: string
  /** `s3:ObjectCreated:Put`, `s3:ObjectCreated:*`. */
  readonly events: readonly string[]
  readonly prefix?: string
  readonly suffix?: string
}

/** What of public access a bucket refuses. ACLs never grant anything to others here, whatever is said of them. */
export interface PublicAccessBlock {
  readonly blocksAcls: boolean
  readonly ignoresAcls: boolean
  /** Policies that grant something to everyone are not taken. */
  readonly blocksPolicy: boolean
  /** Under such a policy nobody but the owner's account and services come in. */
  readonly restrictsBuckets: boolean
}

export interface BucketEncryption {
  /** Id, ARN or alias, as it was given; of the owner's account where it says none. */
  readonly keyId: string
  /** Whether the encryption context names the bucket instead of the object. */
  readonly usesBucketKey: boolean
}

export interface BucketTag {
  readonly key: string
  readonly value: string
}

/** By name. */
export const bucketCollection = defineCollection<Bucket>('bucket')

export function bucketArn(partition: string, bucket: string, key?: string): string {
  return key === undefined ? `arn:${partition}:s3:::${bucket}` : `arn:${partition}:s3:::${bucket}/${key}`
}

const reservedPrefixes = ['xn--', 'sthree-', 'amzn-s3-demo-']
const reservedSuffixes = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3']

/**
 * What is wrong with a bucket's name; `undefined` when nothing is.
 * @source Amazon S3 User Guide, general purpose bucket naming rules
 */
export function bucketNameProblem(name: string): string | undefined {
  if (name.length < 3) return 'Bucket name too short. Minimum allowed length: 3 characters.'
  if (name.length > 63) return 'Bucket name too long. Maximum allowed length: 63 characters.'
  if (!/^[a-z0-9.-]+$/.test(name)) {
    return 'Bucket name can only contain lowercase letters, numbers, periods (.), and hyphens (-).'
  }
  if (!/^[a-z0-9].*[a-z0-9]$/.test(name)) return 'Bucket name must start and end with a letter or number.'
  if (/\.\.|\.-|-\./.test(name)) return 'Bucket name must not contain adjacent periods, or periods next to hyphens.'
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return 'Bucket name must not be formatted as an IP address.'
  if (reservedPrefixes.some((prefix) => name.startsWith(prefix))) return 'Bucket name begins with a reserved prefix.'
  if (reservedSuffixes.some((suffix) => name.endsWith(suffix))) return 'Bucket name ends with a reserved suffix.'
  return undefined
}
