import { type Bucket, isPublicBucket } from '../buckets/index.ts'
import type { Finding } from './finding.ts'

/** What guards a bucket's objects, each as one text that is compared. */
export type BucketSettings = Readonly<Record<string, string>>

const named = {
  owner: ({ account }: Bucket) => account,
  policy: ({ policy }: Bucket) => policy,
  versioning: ({ versioning }: Bucket) => versioning,
  'Object Lock': ({ lock }: Bucket) => lock,
  lifecycle: ({ lifecycle }: Bucket) => lifecycle,
  'public access block': ({ publicAccess }: Bucket) => publicAccess,
  encryption: ({ encryption }: Bucket) => encryption,
  'object ownership': ({ ownership }: Bucket) => ownership,
}

export function settingsOf(bucket: Bucket): BucketSettings {
  return Object.fromEntries(Object.entries(named).map(([name, read]) => [name, JSON.stringify(read(bucket)) ?? 'none']))
}

/** What of a bucket's settings is other than it was. Settings that an older record does not know are not compared. */
export function changedSettings(bucket: string, before: BucketSettings, now: BucketSettings): readonly Finding[] {
  return Object.entries(now).flatMap(([name, value]) => {
    const old = before[name]
    if (old === undefined || old === value) return []
    const sentence = `The ${name} of the bucket was changed from ${shown(old)} to ${shown(value)}`
    return [{ kind: 'setting-changed' as const, place: `s3://${bucket}`, sentence }]
  })
}

/** Whether everyone is granted something, and let in. */
export function openings(bucket: Bucket): readonly Finding[] {
  if (!isPublicBucket(bucket) || bucket.publicAccess?.restrictsBuckets) return []
  const place = `s3://${bucket.name}`
  return [{ kind: 'opened', place, sentence: "The bucket's policy grants something to everyone" }]
}

/** Policies are long: that they changed is said, and their record has them. */
const shownMax = 80

function shown(text: string): string {
  return text.length > shownMax ? 'one text' : text
}
