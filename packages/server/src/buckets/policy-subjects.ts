import { compileWildcards } from '@cairn/aws-kit/iam'
import { bucketActions, objectActions, otherActions } from './generated/actions.ts'

/** Which of the two kinds of things that bucket policies speak of is meant: the bucket, objects in it. */
export interface Subjects {
  readonly bucket: boolean
  readonly object: boolean
}

const lowered = (actions: readonly string[]) => actions.map((action) => `s3:${action.toLowerCase()}`)
const ofBuckets = lowered(bucketActions)
const ofObjects = lowered(objectActions)
const ofOthers = lowered(otherActions)

/** What the actions that a pattern means are done to; `undefined` when it means no action of S3. */
export function subjectsOf(pattern: string): Subjects | undefined {
  const isMeant = compileWildcards(pattern.toLowerCase())
  const found = { bucket: ofBuckets.some(isMeant), object: ofObjects.some(isMeant) }
  return found.bucket || found.object || ofOthers.some(isMeant) ? found : undefined
}

/** What a policy's pattern of a resource can mean of a bucket; a variable may stand for anything. */
export function reachIn(pattern: string, bucketArn: string): Subjects {
  const beginning = bucketArn.slice(0, bucketArn.lastIndexOf(':') + 1)
  if (!pattern.startsWith(beginning)) return { bucket: false, object: false }
  const [name = '', ...key] = pattern
    .slice(beginning.length)
    .replace(/\$\{[^}]*\}/g, '*')
    .split('/')
  const matches = (wanted: string) => compileWildcards(wanted)(bucketArn.slice(beginning.length))
  // A star runs on into the key, whatever stands behind it.
  const star = name.indexOf('*')
  const runsOn = star >= 0 && matches(name.slice(0, star + 1))
  return { bucket: key.length === 0 && matches(name), object: runsOn || (key.length > 0 && matches(name)) }
}
