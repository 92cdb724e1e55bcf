import { compilePolicy, evaluate, PolicyError, parsePolicy } from '@cairn/aws-kit/iam'
import type { Queue } from './queue.ts'

/** @source SQS API Reference, SetQueueAttributes: Policy */
const queuePolicyBytesMax = 8 * 1024

/** Whether a text is a policy that can say something of a queue. */
export function isQueuePolicy(text: string, mayExist: (principal: string) => boolean): boolean {
  if (Buffer.byteLength(text) > queuePolicyBytesMax) return false
  try {
    const { statements } = parsePolicy(text, 'resource', { charactersMax: queuePolicyBytesMax })
    return statements.every(
      ({ actions, principals }) =>
        actions.patterns.every((action) => action === '*' || /^sqs:/i.test(action)) &&
        principals?.aws.every(mayExist) !== false,
    )
  } catch (error) {
    if (error instanceof PolicyError) return false
    throw error
  }
}

/** Whether the policy lets a service of ours send, on behalf of a resource. */
export function letsServiceSend(
  { arn, account, policy }: Queue,
  caller: { readonly principal: string; readonly sourceArn: string; readonly sourceAccount: string },
): boolean {
  if (policy === undefined) return false
  const compiled = compilePolicy(parsePolicy(policy, 'resource', { charactersMax: queuePolicyBytesMax }))
  const values = {
    'aws:SourceArn': caller.sourceArn,
    'aws:SourceAccount': caller.sourceAccount,
    'aws:PrincipalIsAWSService': 'true',
    'aws:PrincipalServiceName': caller.principal,
    'aws:SecureTransport': 'true',
    'aws:ResourceAccount': account,
  }
  return evaluate(
    {
      principal: { kind: 'service', name: caller.principal },
      action: 'sqs:SendMessage',
      resource: arn,
      resourceAccount: account,
      context: new Map(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value])),
    },
    { identity: [], resource: { policy: { name: 'queue', policy: compiled }, isRequired: false } },
  ).allowed
}
