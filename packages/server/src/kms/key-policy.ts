import { compilePolicy, evaluate, PolicyError, parsePolicy, type RequestPrincipal } from '@cairn/aws-kit/iam'

/** @source KMS Developer Guide, resource quotas: key policy document size */
export const keyPolicyBytesMax = 32 * 1024

/** The policy of a key made without one: it hands the decision to the account's IAM policies. */
export function defaultKeyPolicy(partition: string, account: string): string {
  return `{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "arn:${partition}:iam::${account}:root"
    },
    "Action" : "kms:*",
    "Resource" : "*"
  } ]
}`
}

/** What is wrong with a key policy, in AWS's words; `undefined` when nothing is. */
export function keyPolicyProblem(text: string): string | undefined {
  if (Buffer.byteLength(text) > keyPolicyBytesMax) return 'Policy exceeds the maximum size of 32768 bytes.'
  try {
    parsePolicy(text, 'resource', { charactersMax: keyPolicyBytesMax })
    return undefined
  } catch (error) {
    if (error instanceof PolicyError) return error.message
    throw error
  }
}

/** ARNs, accounts and unique ids that a policy, which is well-formed, names as principals. */
export function keyPolicyPrincipals(text: string): readonly string[] {
  const { statements } = parsePolicy(text, 'resource', { charactersMax: keyPolicyBytesMax })
  return statements.flatMap(({ principals }) => principals?.aws ?? [])
}

const everything = {
  name: 'everything',
  policy: compilePolicy(
    parsePolicy({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }, 'identity'),
  ),
}

/**
 * Whether a policy, which is well-formed, leaves the key manageable: it lets the one who puts it replace it again,
 * if need be with the account's policies.
 */
export function leavesManageable(
  text: string,
  question: {
    readonly principal: RequestPrincipal
    readonly arn: string
    readonly account: string
    /** Condition keys by their names in lower case. */
    readonly context: ReadonlyMap<string, string | readonly string[]>
  },
): boolean {
  const policy = compilePolicy(parsePolicy(text, 'resource', { charactersMax: keyPolicyBytesMax }))
  const { principal, arn: resource, account: resourceAccount, context } = question
  return evaluate(
    { principal, action: 'kms:PutKeyPolicy', resource, resourceAccount, context },
    { identity: [everything], resource: { policy: { name: 'key', policy }, isRequired: true } },
  ).allowed
}
