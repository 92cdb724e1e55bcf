import { jsonText } from './json-text.ts'

/** What was known of a call besides what its record says. Plain JSON data, kept whole; a store shows what it selects. */
export interface CallContext {
  /** Global condition keys as policies saw them, `aws:PrincipalTag/<key>` included. Of lists, the list. */
  readonly request: ContextValues
  /** Tags of the resources that policies were asked about, those without tags left out. */
  readonly resources: readonly TaggedResource[]
}

export type ContextValues = Readonly<Record<string, string | readonly string[]>>

export interface TaggedResource {
  readonly arn: string
  readonly tags: Readonly<Record<string, string>>
}

/** What a store wants to have added to its events; none of either is a selector that is not there. */
export interface ContextSelection {
  readonly tagKeys: readonly string[]
  readonly requestKeys: readonly string[]
}

/** Name under which the log keeps a call's context behind its event. */
export const contextField = 'eventContext'

/** @source CloudTrail User Guide, supported IAM global condition keys for enriched events */
const requestKeys: ReadonlyMap<string, string> = new Map(
  [
    'aws:CurrentTime',
    'aws:EpochTime',
    'aws:FederatedProvider',
    'aws:MultiFactorAuthAge',
    'aws:MultiFactorAuthPresent',
    'aws:PrincipalAccount',
    'aws:PrincipalArn',
    'aws:PrincipalIsAWSService',
    'aws:PrincipalOrgID',
    'aws:PrincipalOrgPaths',
    'aws:PrincipalServiceName',
    'aws:PrincipalServiceNamesList',
    'aws:PrincipalType',
    'aws:RequestedRegion',
    'aws:SecureTransport',
    'aws:SourceAccount',
    'aws:SourceIdentity',
    'aws:SourceOrgID',
    'aws:TokenIssueTime',
    'aws:userid',
    'aws:username',
    'aws:ViaAWSService',
  ].map((key) => [key.toLowerCase(), key]),
)

const principalTag = /^aws:PrincipalTag\/./i
const principalTagPrefix = 'aws:PrincipalTag/'

/** Whether events can be enriched with a condition key. Letter case does not matter, as in policies. */
export function isRequestContextKey(key: string): boolean {
  return requestKeys.has(key.toLowerCase()) || principalTag.test(key)
}

/**
 * A record with `eventContext` as its last member: of `context` what `selection` names, both parts also when nothing
 * of them is known. Everything else stays byte for byte.
 *
 * @source CloudTrail User Guide, enriched events
 */
export function withEventContext(record: Uint8Array, context: CallContext, selection: ContextSelection): Uint8Array {
  const member = encoder.encode(`,"eventContext":${jsonText(eventContext(context, selection))}}`)
  const end = record.lastIndexOf(0x7d)
  const enriched = new Uint8Array(end + member.length)
  enriched.set(record.subarray(0, end))
  enriched.set(member, end)
  return enriched
}

const encoder = new TextEncoder()

function eventContext({ request, resources }: CallContext, { requestKeys: keys, tagKeys }: ContextSelection): object {
  const known = new Map(Object.entries(request).map(([key, value]) => [key.toLowerCase(), value]))
  const resourceTags = resources.flatMap(({ arn, tags }) => {
    const selected = pick(tags, tagKeys)
    return selected === undefined ? [] : [{ arn, tags: selected }]
  })
  const principalTags = pick(
    Object.fromEntries(tagKeys.map((key) => [key, known.get(`${principalTagPrefix}${key}`.toLowerCase())])),
    tagKeys,
  )
  return {
    requestContext: Object.fromEntries(
      keys.flatMap((key) => {
        const value = known.get(key.toLowerCase())
        return value === undefined ? [] : [[requestKeys.get(key.toLowerCase()) ?? key, value]]
      }),
    ),
    tagContext: { ...(resourceTags.length > 0 && { resourceTags }), ...(principalTags && { principalTags }) },
  }
}

function pick(tags: Readonly<Record<string, unknown>>, keys: readonly string[]): object | undefined {
  const picked = keys.filter((key) => Object.hasOwn(tags, key) && tags[key] !== undefined)
  return picked.length === 0 ? undefined : Object.fromEntries(picked.map((key) => [key, tags[key]]))
}
