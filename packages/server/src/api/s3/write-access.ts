import type { Bucket } from '../../buckets/index.ts'
import type { AccessRequest, Call, Fail } from '../operation.ts'
import { ask } from './bucket-access.ts'
import type { LockInput } from './lock-settings.ts'
import { parseTaggingHeader } from './object-tags.ts'

type Context = Readonly<Record<string, string | readonly string[] | undefined>>

export interface WriteRequest extends LockInput {
  readonly Key: string
  readonly Tagging?: string | undefined
}

/**
 * The questions about an object that is to be written. Its tags and locks are permissions of their own.
 *
 * @source Amazon S3 API Reference, PutObject: permissions; User Guide, managing Object Lock
 */
export function askWrite(
  input: WriteRequest,
  bucket: Bucket,
  call: Call,
  fail: Fail<'InvalidTag' | 'InvalidArgument'>,
  operation: { readonly creates: boolean } = { creates: true },
): readonly AccessRequest[] {
  const { Key: key, Tagging: tagging, ObjectLockMode: mode, ObjectLockRetainUntilDate: untilMs } = input
  const context = {
    ...creationContext(call, operation),
    ...tagContext(parseTaggingHeader(tagging, fail)),
    ...lockContext({ mode, untilMs, hold: input.ObjectLockLegalHoldStatus }, call),
  }
  const actions = [
    's3:PutObject',
    ...(tagging === undefined ? [] : ['s3:PutObjectTagging']),
    ...(mode === undefined && untilMs === undefined ? [] : ['s3:PutObjectRetention']),
    ...(input.ObjectLockLegalHoldStatus === undefined ? [] : ['s3:PutObjectLegalHold']),
  ]
  return actions.map((action) => ask({ action, bucket, key, context }, call))
}

/**
 * What policies that insist on conditional writes ask: whether an object comes of it, or only a part of one, and the
 * conditions.
 */
export function creationContext(call: Call, { creates }: { readonly creates: boolean }): Context {
  return {
    ObjectCreationOperation: String(creates),
    'if-match': call.header('if-match'),
    'if-none-match': call.header('if-none-match'),
  }
}

/** The tags that a request brings. */
export function tagContext(tags: readonly { readonly key: string; readonly value: string }[]): Context {
  if (tags.length === 0) return {}
  return {
    RequestObjectTagKeys: tags.map(({ key }) => key),
    ...Object.fromEntries(tags.map(({ key, value }) => [`RequestObjectTag/${key}`, value])),
  }
}

const dayMs = 86_400_000

/** The lock that a request asks for; days that have begun count. */
export function lockContext(
  lock: {
    readonly mode?: string | undefined
    readonly untilMs?: number | undefined
    readonly hold?: string | undefined
  },
  { receivedAtMs }: Pick<Call, 'receivedAtMs'>,
): Context {
  const { mode, untilMs, hold } = lock
  return {
    'object-lock-mode': mode,
    'object-lock-legal-hold': hold,
    ...(untilMs !== undefined && {
      'object-lock-retain-until-date': new Date(untilMs).toISOString(),
      'object-lock-remaining-retention-days': String(Math.ceil((untilMs - receivedAtMs) / dayMs)),
    }),
  }
}
