import { type CallContext, isRequestContextKey, type TaggedResource } from '@cairn/core/record'
import type { AccessRequest } from '../api/operation.ts'
import type { Identity } from '../identity/index.ts'
import { type Asker, requestContext } from './request-context.ts'

const resourceTagPrefix = 'aws:ResourceTag/'

/**
 * What policies are told of a call, as far as event data stores can have it added to its event. Taken before the call
 * runs: a change of tags is seen from the next call on, and a deletion still has the tags of what it deletes.
 */
export function callContext(requests: readonly AccessRequest[], asker: Asker, identity: Identity): CallContext {
  const values = {
    ...identity.contextOf(asker.principal),
    ...requestContext(asker),
    'aws:CurrentTime': new Date(asker.receivedAtMs).toISOString().slice(0, 19).replace('T', ' '),
  }
  return {
    request: Object.fromEntries(Object.entries(values).filter(([key]) => isRequestContextKey(key))),
    resources: taggedResources(requests),
  }
}

/** Policies are asked about resources together with their tags, so what they saw is what the event shows. */
function taggedResources(requests: readonly AccessRequest[]): readonly TaggedResource[] {
  const tagsOf = new Map<string, Record<string, string>>()
  for (const { resource: arn, context = {} } of requests) {
    for (const [key, value] of Object.entries(context)) {
      if (!key.startsWith(resourceTagPrefix) || typeof value !== 'string') continue
      const tags = tagsOf.get(arn) ?? {}
      tags[key.slice(resourceTagPrefix.length)] = value
      tagsOf.set(arn, tags)
    }
  }
  return [...tagsOf].map(([arn, tags]) => ({ arn, tags }))
}
