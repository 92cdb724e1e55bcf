import { Fault } from '../fault.ts'
import type { Clock } from '../ports/clock.ts'
import { type ListedVersion, NULL_VERSION, type VersionHead } from '../ports/object-store.ts'
import type { Bucket } from './bucket.ts'
import type { Buckets } from './buckets.ts'
import { currentExpiryMs, expiresAtMs, isAbout, type LifecycleRule } from './lifecycle.ts'
import { lockGuard } from './object-lock.ts'
import { tagsOf } from './object-tags.ts'

/** Deletes what lifecycle rules say, once a day and whenever a bucket's rules change. Locks win over rules. */
export interface Expiration {
  runDue(): Promise<void>
}

export interface ExpirationTelemetry {
  expired(facts: { readonly bucket: string; readonly objects: number; readonly locked: number }): void
  expirationFailed(facts: { readonly bucket: string; readonly error: unknown }): void
}

const pageMax = 1_000
const dayMs = 86_400_000
/** As the service that does it. */
const by = { principalId: 's3.amazonaws.com', sourceIp: 's3.amazonaws.com', requestId: '' }

export function createExpiration(options: {
  readonly buckets: Buckets
  readonly clock: Clock
  readonly telemetry: ExpirationTelemetry
}): Expiration {
  const { buckets, clock, telemetry } = options
  const { objects } = buckets
  /** Day and rules of the last complete run of each bucket. After a restart all run again, and find less to do. */
  const done = new Map<string, { readonly day: number; readonly rules: readonly LifecycleRule[] }>()
  let running: Promise<void> | undefined

  async function expireBucket(bucket: Bucket, rules: readonly LifecycleRule[], nowMs: number): Promise<void> {
    const counts = { objects: 0, locked: 0 }
    /** Of the key in hand, newest first. */
    let newer: ListedVersion[] = []

    async function tagged(version: ListedVersion): Promise<ReturnType<typeof tagsOf>> {
      if (!rules.some(({ filter }) => filter.tags.length > 0)) return []
      const head = await objects.headVersion(bucket.name, version.key, version.versionId)
      return head ? tagsOf(head) : []
    }

    async function attempt(work: () => Promise<void>): Promise<void> {
      try {
        await work()
        counts.objects += 1
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        if (error.code === 'object.locked') counts.locked += 1
        // Written anew since it was listed: it is as young as that now.
        else if (error.code !== 'object.changed') throw error
      }
    }

    const destroy = (version: ListedVersion) =>
      attempt(async () => {
        const { key, versionId, size, etag } = version
        const mayDestroy = same(version, nowMs)
        const coming = { name: 'LifecycleExpiration:Delete', key, versionId, by } as const
        await buckets.telling(
          bucket,
          coming,
          () => objects.destroy({ bucket: bucket.name, key, versionId, mayDestroy }),
          () => ({ size, etag }),
        )
      })

    const hide = (version: ListedVersion) =>
      attempt(async () => {
        const keepsVersions = bucket.versioning === 'Enabled'
        const { key, etag } = version
        const mayDestroy = lockGuard(nowMs, { mayBypass: false })
        const writtenBy = `expiration-${nowMs}`
        const hiding = { bucket: bucket.name, key, keepsVersions, onlyIfEtag: etag, mayDestroy, writtenBy }
        await buckets.telling(
          bucket,
          { name: 'LifecycleExpiration:DeleteMarkerCreated', key, by, writtenBy },
          () => objects.hide(hiding),
          (marker) => ({ size: marker.size, etag: marker.etag, versionId: marker.versionId }),
        )
      })

    async function expireCurrent(version: ListedVersion): Promise<void> {
      const tags = await tagged(version)
      const isDue = rules.some((rule) => {
        const atMs = currentExpiryMs(rule, version.lastModifiedMs)
        return atMs !== undefined && atMs <= nowMs && isAbout(rule, version, () => tags)
      })
      if (!isDue) return
      if (bucket.versioning === undefined) await destroy(version)
      else await hide(version)
    }

    async function expireNoncurrent(version: ListedVersion, successor: ListedVersion, older: number): Promise<void> {
      const tags = await tagged(version)
      const isDue = rules.some(({ noncurrent, ...rule }) => {
        if (noncurrent === undefined || older < (noncurrent.newerVersions ?? 0)) return false
        return expiresAtMs(successor.lastModifiedMs, noncurrent.days) <= nowMs && isAbout(rule, version, () => tags)
      })
      if (isDue) await destroy(version)
    }

    /** All versions of one key. */
    async function expireKey(versions: readonly ListedVersion[]): Promise<void> {
      const [latest, ...others] = versions
      if (latest === undefined) return
      if (!latest.isDeleteMarker) await expireCurrent(latest)
      else if (
        others.length === 0 &&
        rules.some((rule) => rule.expiration?.deleteMarkers && isAbout(rule, latest, () => []))
      ) {
        await destroy(latest)
      }
      for (const [index, version] of others.entries()) {
        await expireNoncurrent(version, versions[index] ?? latest, index)
      }
    }

    let startAfter: { readonly key: string; readonly versionId?: string } | undefined
    do {
      const page = await objects.listVersions({
        bucket: bucket.name,
        limit: pageMax,
        ...(startAfter && { startAfter }),
      })
      for (const version of page.versions) {
        if (newer[0] !== undefined && newer[0].key !== version.key) {
          await expireKey(newer)
          newer = []
        }
        newer.push(version)
      }
      startAfter = page.next
    } while (startAfter !== undefined)
    await expireKey(newer)
    await abortUploads(bucket, rules, nowMs)
    if (counts.objects + counts.locked > 0) telemetry.expired({ bucket: bucket.name, ...counts })
  }

  async function abortUploads(bucket: Bucket, rules: readonly LifecycleRule[], nowMs: number): Promise<void> {
    if (!rules.some(({ abortUploadsAfterDays }) => abortUploadsAfterDays !== undefined)) return
    const page = await buckets.uploads.list(bucket, { prefix: '', delimiter: '', limit: pageMax })
    for (const upload of page.versions) {
      const isDue = rules.some(
        (rule) =>
          rule.abortUploadsAfterDays !== undefined &&
          expiresAtMs(upload.lastModifiedMs, rule.abortUploadsAfterDays) <= nowMs &&
          isAbout(rule, upload, () => []),
      )
      if (isDue) await buckets.uploads.abort(bucket, upload.key, upload.versionId)
    }
  }

  async function runOnce(): Promise<void> {
    const nowMs = clock.nowMs()
    const day = Math.floor(nowMs / dayMs)
    for (const bucket of buckets.all()) {
      const rules = (bucket.lifecycle ?? []).filter(({ isEnabled }) => isEnabled)
      const last = done.get(bucket.name)
      if (rules.length === 0 || (last?.day === day && sameRules(last.rules, rules))) continue
      try {
        await expireBucket(bucket, rules, nowMs)
        done.set(bucket.name, { day, rules })
      } catch (error) {
        telemetry.expirationFailed({ bucket: bucket.name, error })
      }
    }
  }

  return {
    async runDue() {
      running ??= runOnce().finally(() => {
        running = undefined
      })
      await running
    },
  }
}

/** Lets only that go which was judged, and no lock. */
function same(listed: ListedVersion, nowMs: number): (version: VersionHead) => void {
  const guard = lockGuard(nowMs, { mayBypass: false })
  return (version) => {
    guard(version)
    if (
      version.versionId === NULL_VERSION &&
      (version.etag !== listed.etag || version.lastModifiedMs !== listed.lastModifiedMs)
    ) {
      throw new Fault('object.changed', 'the object was written anew', { isThere: true })
    }
  }
}

/** The catalogue hands out the same frozen documents until they change. */
function sameRules(left: readonly LifecycleRule[], right: readonly LifecycleRule[]): boolean {
  return left.length === right.length && left.every((rule, index) => rule === right[index])
}
