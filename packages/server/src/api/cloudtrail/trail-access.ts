import { readTrailReference } from '../../trails/index.ts'
import type { AccessRequest, Call } from '../operation.ts'

/** The access question of an operation on one trail; a name that means no trail is asked as `*`. */
export function trailAccess(action: string, nameOrArn: string, call: Call): readonly AccessRequest[] {
  const reference = readTrailReference(nameOrArn, call)
  return [{ action, resource: reference.kind === 'trail' ? reference.arn : '*' }]
}
