/** A rule by which objects of a bucket expire. */
export interface LifecycleRule {
  readonly id: string
  readonly isEnabled: boolean
  /** The form in which the filter was given, which is also the one that is shown. */
  readonly filter: LifecycleFilter
  /** Exactly one of the three. */
  readonly expiration?: { readonly days?: number; readonly atMs?: number; readonly deleteMarkers?: boolean }
  readonly noncurrent?: { readonly days: number; readonly newerVersions?: number }
  readonly abortUploadsAfterDays?: number
}

export interface LifecycleFilter {
  readonly form: 'legacy' | 'single' | 'and'
  readonly prefix?: string
  readonly tags: readonly { readonly key: string; readonly value: string }[]
  readonly sizeAbove?: number
  readonly sizeBelow?: number
}

const dayMs = 86_400_000

/**
 * When something of an age expires: at the midnight (UTC) that follows.
 * @source Amazon S3 User Guide, lifecycle configuration elements: how S3 calculates how long an object has been there
 */
export function expiresAtMs(sinceMs: number, days: number): number {
  return Math.ceil((sinceMs + days * dayMs) / dayMs) * dayMs
}

/** Whether a rule is about an object. Tags are asked for only where the rule names some. */
export function isAbout(
  { filter }: LifecycleRule,
  object: { readonly key: string; readonly size: number },
  tags: () => readonly { readonly key: string; readonly value: string }[],
): boolean {
  const { prefix = '', sizeAbove = -1, sizeBelow = Number.POSITIVE_INFINITY } = filter
  if (!object.key.startsWith(prefix) || object.size <= sizeAbove || object.size >= sizeBelow) return false
  if (filter.tags.length === 0) return true
  const own = tags()
  return filter.tags.every((tag) => own.some(({ key, value }) => key === tag.key && value === tag.value))
}

/** When a rule deletes the current version of an object; `undefined` when it does not. */
export function currentExpiryMs({ expiration }: LifecycleRule, lastModifiedMs: number): number | undefined {
  if (expiration?.days !== undefined) return expiresAtMs(lastModifiedMs, expiration.days)
  return expiration?.atMs
}

/**
 * When the first of a bucket's rules deletes an object that was written at `sinceMs`; `undefined` when none does. Rules
 * that ask for tags are left out: what delivers sets none.
 */
export function firstExpiryMs(
  rules: readonly LifecycleRule[],
  object: { readonly key: string; readonly size: number },
  sinceMs: number,
): number | undefined {
  const times = rules
    .filter((rule) => rule.isEnabled && isAbout(rule, object, () => []))
    .flatMap((rule) => currentExpiryMs(rule, sinceMs) ?? [])
  return times.length === 0 ? undefined : Math.min(...times)
}
