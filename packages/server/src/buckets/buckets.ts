import { Fault } from '../fault.ts'
import type { Catalog, Cause } from '../ports/catalog.ts'
import type { VersionedObjectStore } from '../ports/object-store.ts'
import { type Bucket, bucketCollection } from './bucket.ts'
import type { BucketEvents } from './bucket-events.ts'
import { createDeliveryJudge, type DeliveryAccess, type DeliveryVerdict, type PutAccess } from './delivery-access.ts'
import { createUploads, type Uploads } from './uploads.ts'

/** The buckets of every account. Reads answer from the last durable catalogue version. */
export interface Buckets {
  find(name: string): Bucket | undefined
  /** By name. */
  ofAccount(account: string): readonly Bucket[]
  /** Answers the bucket that has the name already, changing nothing, else `undefined`. */
  create(cause: Cause, bucket: Bucket): Promise<Bucket | undefined>
  /** Replaces a bucket by what `edit` makes of its newest state; `undefined` when there is none. */
  edit(cause: Cause, name: string, edit: (bucket: Bucket) => Bucket): Promise<Bucket | undefined>
  remove(cause: Cause, name: string): Promise<'removed' | 'missing' | 'not-empty'>
  /** Whether the bucket's policy lets CloudTrail deliver a trail's files. */
  checkDeliveryAccess(access: DeliveryAccess): DeliveryVerdict
  /** Whether the bucket's policy lets CloudTrail put one object for another resource. */
  checkPutAccess(access: PutAccess): DeliveryVerdict
  /** The objects in the buckets. Whoever calls has asked for permission. */
  readonly objects: VersionedObjectStore
  /** Largest object, and part of one, that is taken in one request. */
  readonly objectBytesMax: number
  /** Objects that are arriving in parts. */
  readonly uploads: Uploads
  /** Of every account. */
  all(): readonly Bucket[]
  /** Changes an object and tells the queues of its bucket, at least once. */
  telling: BucketEvents['around']
  /** Tells the queues of a bucket what happened to an object. Never fails. */
  announce: BucketEvents['announce']
  /** What is wrong with a queue as the destination of a bucket; `undefined` when nothing is. */
  destinationProblem: BucketEvents['destinationProblem']
  /** Sends what S3 sends to a new destination. */
  testDestination: BucketEvents['test']
}

/**
 * Opens the buckets, and tells queues what the last process did not come to tell. A crash can leave a bucket's record
 * without its place in the store (the record comes first when it is made, and goes last when it is removed): the place
 * is made again, so a record is always a usable bucket.
 */
export async function openBuckets(options: {
  readonly catalog: Catalog
  readonly objects: VersionedObjectStore
  /** Whether deliveries need a policy that lets them in; an emulator may do without. */
  readonly demandsDeliveryPolicy: boolean
  readonly objectBytesMax: number
  /** Default: nobody is told anything. */
  readonly events?: BucketEvents
}): Promise<Buckets> {
  const { catalog, objects, events = noEvents } = options
  const judge = createDeliveryJudge()
  for (const { key } of catalog.list(bucketCollection)) await objects.createBucket(key)
  const uploads = createUploads(objects)
  const find = (name: string) => catalog.get(bucketCollection, name)
  await events.settle(objects, find)
  return {
    objects,
    objectBytesMax: options.objectBytesMax,
    uploads,
    find,
    all: () => catalog.list(bucketCollection).map(({ value }) => value),
    telling: events.around,
    announce: events.announce,
    destinationProblem: events.destinationProblem,
    testDestination: events.test,
    ofAccount: (account) =>
      catalog
        .list(bucketCollection)
        .map(({ value }) => value)
        .filter((bucket) => bucket.account === account),
    async create(cause, bucket) {
      const existing = await catalog.change(cause, (draft) => {
        const taken = draft.get(bucketCollection, bucket.name)
        if (!taken) draft.put(bucketCollection, bucket.name, bucket)
        return taken
      })
      if (!existing) await objects.createBucket(bucket.name)
      return existing
    },
    edit: (cause, name, edit) =>
      catalog.change(cause, (draft) => {
        const bucket = draft.get(bucketCollection, name)
        if (!bucket) return undefined
        const edited = edit(bucket)
        if (edited !== bucket) draft.put(bucketCollection, name, edited)
        return edited
      }),
    async remove(cause, name) {
      if (!find(name)) return 'missing'
      try {
        await objects.deleteBucket(name)
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        if (error.code === 'object.bucket-not-empty') return 'not-empty'
        if (error.code !== 'object.no-such-bucket') throw error
      }
      await uploads.forget(name)
      return catalog.change(cause, (draft) => {
        const found = draft.get(bucketCollection, name) !== undefined
        draft.delete(bucketCollection, name)
        return found ? 'removed' : 'missing'
      })
    },
    checkDeliveryAccess(access) {
      const bucket = find(access.bucket)
      if (!bucket) return 'no-such-bucket'
      return options.demandsDeliveryPolicy ? judge.trail(bucket, access) : 'allowed'
    },
    checkPutAccess(access) {
      const bucket = find(access.bucket)
      if (!bucket) return 'no-such-bucket'
      return options.demandsDeliveryPolicy ? judge.put(bucket, access) : 'allowed'
    },
  }
}

const noEvents: BucketEvents = {
  around: (_bucket, _coming, change) => change(),
  settle: async () => {},
  announce: async () => {},
  destinationProblem: () => 'Unable to validate the following destination configurations',
  test: async () => {},
}
