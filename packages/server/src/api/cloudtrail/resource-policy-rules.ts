import { type PolicyDocument, PolicyError, parsePolicy, type Statement } from '@cairn/aws-kit/iam'
import type { Identity } from '../../identity/index.ts'
import type { Fail } from '../operation.ts'
import type { PolicyResource } from './policy-resource.ts'

/** What policies of each type of resource can speak of. @source CloudTrail User Guide, resource-based policies */
const actionsOf: Readonly<Record<PolicyResource['type'], readonly string[]>> = {
  channel: ['cloudtrail-data:PutAuditEvents'],
  eventdatastore: [
    'cloudtrail:StartQuery',
    'cloudtrail:CancelQuery',
    'cloudtrail:ListQueries',
    'cloudtrail:DescribeQuery',
    'cloudtrail:GetQueryResults',
    'cloudtrail:GenerateQuery',
    'cloudtrail:GenerateQueryResultsSummary',
    'cloudtrail:GetEventDataStore',
  ],
}

const statementsMax = 20
const principalsMax = 50

/** Refuses a policy that could not take effect as it is written, rather than to keep it as if it did. */
export function checkResourcePolicy(
  { statements }: PolicyDocument,
  resource: { readonly type: PolicyResource['type']; readonly arn: string },
  { mayExist }: Pick<Identity, 'mayExist'>,
  fail: Fail<'ResourcePolicyNotValidException'>,
): void {
  if (statements.length > statementsMax) {
    fail('ResourcePolicyNotValidException', `A resource policy can have at most ${statementsMax} statements.`)
  }
  for (const statement of statements) {
    const problem = statementProblem(statement, resource)
    if (problem !== undefined) fail('ResourcePolicyNotValidException', problem)
    const missing = statement.principals?.aws.find((principal) => !mayExist(principal))
    if (missing !== undefined) fail('ResourcePolicyNotValidException', `Invalid principal in policy: ${missing}`)
  }
}

/** Refuses text that is no policy at all. */
export function readPolicy(text: string, fail: Fail<'ResourcePolicyNotValidException'>): PolicyDocument {
  try {
    return parsePolicy(text, 'resource')
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    return fail('ResourcePolicyNotValidException', error.message)
  }
}

function statementProblem(
  { actions, resources, principals }: Statement,
  { type, arn }: { readonly type: PolicyResource['type']; readonly arn: string },
): string | undefined {
  const known = new Set(actionsOf[type].map((action) => action.toLowerCase()))
  const strange = actions.isNegated ? 'NotAction' : actions.patterns.find((action) => !known.has(action.toLowerCase()))
  if (strange !== undefined) return `${strange} is not valid in the resource policy of this type of resource.`
  if (resources === undefined || resources.isNegated || resources.patterns.some((pattern) => pattern !== arn)) {
    return `The resource of every statement must be ${arn}.`
  }
  if (principals === undefined || principals.isNegated) return 'Every statement must name its principals.'
  const { aws, services, federated, canonicalUsers } = principals
  const foreign = [...federated, ...canonicalUsers, ...services.filter((service) => !canAct(service, type))]
  if (foreign.length > 0) return `Invalid principal in policy: ${foreign[0]}`
  if (aws.length + services.length > principalsMax) {
    return `A statement can name at most ${principalsMax} principals.`
  }
  return undefined
}

/** The refresh of dashboards queries stores in CloudTrail's own name. */
function canAct(service: string, type: PolicyResource['type']): boolean {
  return type === 'eventdatastore' && service === 'cloudtrail.amazonaws.com'
}

export function failNoPolicy(arn: string, fail: Fail<'ResourcePolicyNotFoundException'>): never {
  return fail('ResourcePolicyNotFoundException', `The resource ${arn} has no resource policy.`)
}
