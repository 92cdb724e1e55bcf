import { Refusal } from '../exchange/index.ts'
import type { NamedCall } from '../naming/index.ts'

export interface AccessQuestion {
  readonly action: string
  readonly resource: string
}

/**
 * What Cairn's IAM must allow before a call is signed with the upstream's credentials: every action on every resource
 * of its kind. What cannot be told apart is asked for as a whole, so that it is never allowed by accident.
 *
 * @throws Refusal for a call that cannot be named: nobody can say whether it is allowed
 */
export function accessQuestions(
  call: NamedCall,
  { partition, copySource }: { readonly partition: string; readonly copySource: string | undefined },
): readonly AccessQuestion[] {
  const { actions, certainty, operation } = call
  if (certainty !== 'known' || operation === undefined || actions.length === 0) throw unnamed(call)
  const named = call.resources.flatMap(({ ARN }) => (ARN === undefined ? [] : [ARN]))
  const questions = actions.flatMap((action) =>
    resourcesFor(action, call, named).map((resource) => ({ action, resource })),
  )
  if (copySource === undefined) return questions
  // The upstream's credentials could read what the caller may not.
  return [...questions, { action: 's3:GetObject', resource: copiedObject(copySource, partition) }]
}

function resourcesFor(action: string, call: NamedCall, named: readonly string[]): readonly string[] {
  if (call.service !== 's3') return named.length === 0 ? ['*'] : named
  const buckets = named.filter((arn) => !arn.includes('/'))
  if (/^s3:(?!.*Object)/.test(action) && !objectActions.has(action)) return buckets.length === 0 ? ['*'] : buckets
  const objects = named.filter((arn) => arn.includes('/'))
  // The keys of DeleteObjects are in its body, which is not read: only who may do it to all of them may do it at all.
  return objects.length > 0 ? objects : buckets.length > 0 ? buckets.map((arn) => `${arn}/*`) : ['*']
}

/** S3's actions on objects whose names do not say so. */
const objectActions: ReadonlySet<string> = new Set([
  's3:AbortMultipartUpload',
  's3:BypassGovernanceRetention',
  's3:ListMultipartUploadParts',
])

/** `/bucket/key?versionId=…` or an ARN, percent-encoded. */
function copiedObject(source: string, partition: string): string {
  const path = (source.split('?')[0] ?? '').replace(/^\//, '')
  let decoded = path
  try {
    decoded = decodeURIComponent(path)
  } catch {
    // The upstream will refuse it; nobody is allowed what cannot be read.
  }
  return decoded.startsWith('arn:') ? decoded : `arn:${partition}:s3:::${decoded}`
}

function unnamed({ service, eventName }: NamedCall): Refusal {
  return new Refusal(
    { failure: 'access-denied' },
    `Cairn cannot tell for certain which operation of ${service} this is (${eventName}), so it cannot tell whether it is allowed. With sign=resign such calls are denied.`,
    403,
  )
}
