import { type PolicyDocument, PolicyError, parsePolicy, type Statement } from '@cairn/aws-kit/iam'

/** @source Amazon S3 User Guide, bucket policies are limited to 20 KB */
export const policyBytesMax = 20 * 1024

export type PolicyCheck =
  | { readonly kind: 'valid'; readonly document: PolicyDocument }
  /** In S3's words. */
  | { readonly kind: 'malformed'; readonly message: string }

/** Reads a bucket's policy: its grammar, and that every statement is about this bucket. */
export function checkBucketPolicy(text: string, arn: string): PolicyCheck {
  if (Buffer.byteLength(text) > policyBytesMax) {
    return { kind: 'malformed', message: 'Policies must be less than 20 kilobytes in size.' }
  }
  if (!text.trimStart().startsWith('{')) {
    return { kind: 'malformed', message: "Policies must be valid JSON and the first byte must be '{'" }
  }
  let document: PolicyDocument
  try {
    document = parsePolicy(text, 'resource', { charactersMax: policyBytesMax })
  } catch (error) {
    if (error instanceof PolicyError) return { kind: 'malformed', message: error.message }
    throw error
  }
  for (const { actions, resources, principals } of document.statements) {
    if (actions.patterns.some((action) => action !== '*' && !/^s3:/i.test(action))) {
      return { kind: 'malformed', message: 'Policy has invalid action' }
    }
    if (
      resources?.patterns.some(
        (resource) => resource !== arn && !resource.startsWith(`${arn}/`) && resource !== `${arn}*`,
      )
    ) {
      return { kind: 'malformed', message: 'Policy has invalid resource' }
    }
    if (principals?.aws.some((principal) => !isPrincipal(principal))) {
      return { kind: 'malformed', message: 'Invalid principal in policy' }
    }
  }
  return { kind: 'valid', document }
}

/** An account, an ARN of IAM or STS, or a unique id; whether it exists is seen when it asks. */
function isPrincipal(name: string): boolean {
  return (
    name === '*' ||
    /^\d{12}$/.test(name) ||
    /^A[A-Z0-9]{15,127}$/.test(name) ||
    /^arn:[a-z-]+:(iam::\d{12}:(root|user\/.+|role\/.+)|sts::\d{12}:(assumed-role|federated-user)\/.+)$/.test(name)
  )
}

/** Conditions that hold a statement for everyone to somebody known. @source Amazon S3 User Guide, the meaning of "public" */
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
