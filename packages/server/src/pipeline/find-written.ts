import type { ObjectStore } from '../ports/object-store.ts'
import type { FindWritten } from './conclude-call.ts'

/**
 * Looks for what a call wrote outside the catalogue: objects carry the id of the intent they were written for. A
 * management call leaves its trace in the catalogue or none at all; for work on an object that is not found as
 * written nobody can tell, since another write may have covered it.
 */
export function createFindWritten(objects: Pick<ObjectStore, 'head'>): FindWritten {
  return async (facts) => {
    // What an upstream did, only the upstream knows.
    if (facts.source !== 'api') return undefined
    // Cairn's own endpoints may have done anything: an import, a restore of an order, a step of the test clock.
    if (facts.eventSource === 'cairn.internal') return undefined
    if (facts.category === 'Management') return false
    for (const { type, ARN = '' } of facts.resources ?? []) {
      const [, bucket, key] = /^arn:[^:]*:s3:::([^/]+)\/(.+)$/s.exec(ARN) ?? []
      if (type !== 'AWS::S3::Object' || bucket === undefined || key === undefined) continue
      const head = await objects.head(bucket, key).catch(() => undefined)
      if (head?.writtenBy === facts.callId) return true
    }
    return undefined
  }
}
