import { type PolicyDocument, PolicyError, parsePolicy, type Statement } from '@cairn/aws-kit/iam'
import { reachIn, subjectsOf } from './policy-subjects.ts'

/** @source Amazon S3 User Guide, bucket policies are limited to 20 KB */
export const policyBytesMax = 20 * 1024

export type PolicyCheck =
  | { readonly kind: 'valid'; readonly document: PolicyDocument }
  /** In S3's words. */
  | { readonly kind: 'malformed'; readonly message: string }

/** Reads a bucket's policy: its grammar, and that every statement can say something of this bucket. */
export function checkBucketPolicy(
  text: string,
  bucketArn: string,
  mayExist: (principal: string) => boolean,
): PolicyCheck {
  if (Buffer.byteLength(text) > policyBytesMax) {
    return { kind: 'malformed', message: 'Policies must be less than 20 kilobytes in size.' }
  }
  if (!text.trimStart().startsWith('{')) {
    return { kind: 'malformed', message: "Policies must be valid JSON and the first byte must be '{'" }
  }
  try {
    const document = readBucketPolicy(text)
    for (const statement of document.statements) {
      const message = statementProblem(statement, bucketArn, mayExist)
      if (message !== undefined) return { kind: 'malformed', message }
    }
    return { kind: 'valid', document }
  } catch (error) {
    if (error instanceof PolicyError) return { kind: 'malformed', message: error.message }
    throw error
  }
}

/** @throws PolicyError */
export function readBucketPolicy(text: string): PolicyDocument {
  return parsePolicy(text, 'resource', { charactersMax: policyBytesMax })
}

function statementProblem(
  { actions, resources, principals }: Statement,
  bucketArn: string,
  mayExist: (principal: string) => boolean,
): string | undefined {
  const subjects = actions.patterns.map(subjectsOf)
  if (subjects.some((found) => found === undefined)) return 'Policy has invalid action'
  const reach = resources?.patterns.map((pattern) => reachIn(pattern, bucketArn)) ?? []
  if (reach.some(({ bucket, object }) => !bucket && !object)) return 'Policy has invalid resource'
  // What is negated speaks of everything else, and so of something in any case.
  if (!actions.isNegated && resources?.isNegated === false) {
    const isIdle = subjects.some(
      (found) => !reach.some((reached) => (found?.bucket && reached.bucket) || (found?.object && reached.object)),
    )
    if (isIdle) return 'Action does not apply to any resource(s) in statement'
  }
  if (principals?.aws.every(mayExist) === false) return 'Invalid principal in policy'
  return undefined
}

/**
 * Conditions that hold a statement for everyone to somebody known.
 *
 * @source Amazon S3 User Guide, the meaning of "public"
 */
const narrowingKeys: ReadonlySet<string> = new Set([
  'aws:sourcearn',
  'aws:sourceaccount',
  'aws:sourceowner',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:sourceip',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalarn',
  'aws:principalaccount',
  'aws:userid',
  's3:dataaccesspointarn',
  's3:dataaccesspointaccount',
])

/** Whether a policy grants something to everyone. */
export function isPublicPolicy({ statements }: PolicyDocument): boolean {
  return statements.some(isPublicStatement)
}

function isPublicStatement({ effect, principals, conditions }: Statement): boolean {
  if (effect !== 'Allow' || principals === undefined) return false
  if (!principals.isAnyone && !principals.isNegated) return false
  return !conditions.some(
    ({ key, values }) =>
      narrowingKeys.has(key.toLowerCase()) && values.every((value) => !/^\*$|^0\.0\.0\.0\/0$|^::\/0$/.test(value)),
  )
}
