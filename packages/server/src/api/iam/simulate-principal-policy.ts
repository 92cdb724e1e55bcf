import {
  compilePolicy,
  type Decision,
  evaluate,
  type NamedPolicy,
  type PolicySet,
  parsePolicy,
} from '@cairn/aws-kit/iam'
import { type Identity, type Principal, pageOf } from '../../identity/index.ts'
import type { EvaluationResult, SimulatePrincipalPolicyRequest } from '../generated/iam.ts'
import { pageMembers } from './presentation.ts'
import { defineOperation } from './service.ts'

/** Asks the evaluator that stands in front of every call what it would say to a user or role. */
export const simulatePrincipalPolicy = defineOperation({
  name: 'SimulatePrincipalPolicy',
  action: 'iam:SimulatePrincipalPolicy',
  uses: ['identity'],
  readOnly: true,
  access: (input) => [{ action: 'iam:SimulatePrincipalPolicy', resource: input.PolicySourceArn }],
  run(input, { identity }, call, fail) {
    const unbuilt = (['PolicyExclusionList', 'CallerArn', 'ResourceOwner', 'ResourceHandlingOption'] as const).find(
      (member) => input[member] !== undefined,
    )
    if (unbuilt !== undefined) fail('InvalidInputException', `${unbuilt} is not supported.`)
    const principal = simulated(input.PolicySourceArn, identity, call.account)
    if (principal === undefined) {
      return fail('NoSuchEntityException', `User or role ${input.PolicySourceArn} cannot be found in this account.`)
    }
    const policies = policySet(input, identity.policiesFor(principal), (message) =>
      fail('InvalidInputException', message),
    )
    const context = new Map(
      Object.entries(identity.contextOf(principal)).map(([key, value]) => [key.toLowerCase(), value]),
    )
    for (const { ContextKeyName: key, ContextKeyValues: values } of input.ContextEntries ?? []) {
      if (key !== undefined) context.set(key.toLowerCase(), values ?? [])
    }
    const resources = input.ResourceArns ?? ['*']
    if (input.ActionNames.length * resources.length > questionsMax) {
      fail('InvalidInputException', `More than ${questionsMax} pairs of action and resource.`)
    }
    const results = input.ActionNames.flatMap((action) =>
      resources.map((resource) =>
        present(action, resource, evaluate({ principal, action, resource, context }, policies)),
      ),
    )
    const numbered = results.map((result, index) => ({ result, key: String(index).padStart(8, '0') }))
    const page = pageOf(numbered, ({ key }) => key, input, fail)
    return { EvaluationResults: page.items.map(({ result }) => result), ...pageMembers(page) }
  },
})

/** Each takes the evaluator a microsecond or two, and all are answered before anybody else's call. */
const questionsMax = 5_000

type Simulated = Extract<Principal, { kind: 'user' | 'role-session' }>

/** The user itself, or a session of the role. Groups make no calls. */
function simulated(arn: string, identity: Identity, account: string): Simulated | undefined {
  const [, kind, name = ''] = /^arn:[^:]+:iam::\d{12}:(user|role)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? []
  if (kind !== 'user' && kind !== 'role') return undefined
  const entity = identity.entities.find({ kind, account, name })
  if (entity === undefined || identity.entities.arn(entity) !== arn) return undefined
  if (entity.kind === 'user') {
    return { kind: 'user', account, arn, accessKeyId: '', userId: entity.id, userName: entity.name }
  }
  return {
    kind: 'role-session',
    account,
    arn: `${arn.replace(':iam:', ':sts:').replace(/:role\/.*$/, ':assumed-role')}/${entity.name}/simulation`,
    accessKeyId: '',
    roleId: entity.id,
    roleName: entity.name,
    roleArn: arn,
    sessionName: 'simulation',
    session: { createdAtMs: 0, expiresAtMs: 0, mfa: false },
  }
}

/** What is stored, what the request adds, and the boundary the request puts in place of the stored one. */
function policySet(
  input: SimulatePrincipalPolicyRequest,
  stored: PolicySet,
  refuse: (message: string) => never,
): PolicySet {
  const read = (document: string, name: string, kind: 'identity' | 'resource'): NamedPolicy => {
    try {
      return { name, policy: compilePolicy(parsePolicy(document, kind)) }
    } catch (error) {
      return refuse(`Invalid Policy Input: ${error instanceof Error ? error.message : ''}`)
    }
  }
  const added = (input.PolicyInputList ?? []).map((text, index) =>
    read(text, `PolicyInputList.${index + 1}`, 'identity'),
  )
  const [boundary, ...more] = input.PermissionsBoundaryPolicyInputList ?? []
  if (more.length > 0) refuse('Only one permissions boundary can be simulated.')
  return {
    ...stored,
    identity: [...stored.identity, ...added],
    ...(boundary === undefined ? {} : { boundary: read(boundary, 'PermissionsBoundaryPolicyInputList.1', 'identity') }),
    ...(input.ResourcePolicy === undefined
      ? {}
      : { resource: { policy: read(input.ResourcePolicy, 'ResourcePolicy', 'resource') } }),
  }
}

function present(action: string, resource: string, decision: Decision): EvaluationResult {
  return {
    EvalActionName: action,
    EvalResourceName: resource,
    EvalDecision: decision.allowed ? 'allowed' : decision.reason === 'explicit-deny' ? 'explicitDeny' : 'implicitDeny',
    MatchedStatements: decision.statements.map(({ policyName }) => ({ SourcePolicyId: policyName })),
    MissingContextValues: [],
    ...(decision.missing === 'boundary'
      ? { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false } }
      : {}),
  }
}
