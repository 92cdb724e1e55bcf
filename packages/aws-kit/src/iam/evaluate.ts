import { type ArnParts, splitArn } from './arn-pattern.ts'
import type { CompiledPolicy } from './compile-policy.ts'
import type { Naming } from './principal-match.ts'
import type { AccessQuestion } from './request.ts'

export interface NamedPolicy {
  readonly name: string
  readonly policy: CompiledPolicy
}

/** Everything that has a say. A kind that is absent does not exist; an empty list allows nothing of its kind. */
export interface PolicySet {
  readonly identity: readonly NamedPolicy[]
  /** Policy of the resource. `isRequired`: it must allow even within one account, as trust policies and keys ask. */
  readonly resource?: { readonly policy?: NamedPolicy; readonly isRequired?: boolean }
  readonly session?: readonly NamedPolicy[]
  readonly boundary?: NamedPolicy
  /** Guard rails of the organisation; they grant nothing themselves. */
  readonly serviceControl?: readonly NamedPolicy[]
}

/** The kinds of policy, in the words of AWS's messages. */
export type PolicyLayer = 'identity' | 'resource' | 'session' | 'boundary' | 'service-control'

/** A statement that decided. */
export interface DecidingStatement {
  readonly layer: PolicyLayer
  readonly policyName: string
  readonly sid?: string
  /** Place in its document, from 0. */
  readonly index: number
  readonly effect: 'Allow' | 'Deny'
}

export interface Decision {
  readonly allowed: boolean
  readonly reason: 'allow' | 'explicit-deny' | 'implicit-deny'
  /** Those that allowed, or the one that denied. */
  readonly statements: readonly DecidingStatement[]
  /** For an implicit deny: the kind of policy that had nothing to say. */
  readonly missing?: PolicyLayer
}

/** What one kind of policy says: a deny, or its first allow. */
interface Finding {
  readonly naming: Naming
  readonly statement: DecidingStatement
}

/**
 * Decides one question. An explicit deny anywhere wins; then every limit (service control, boundary, session) must
 * allow what the identity's or the resource's policy grants. Within one account one grant is enough, across accounts
 * both must.
 *
 * @source IAM User Guide, policy evaluation logic; cross-account policy evaluation logic
 */
export function evaluate(question: AccessQuestion, policies: PolicySet): Decision {
  const asked: Asked = { question, action: question.action.toLowerCase(), resource: splitArn(question.resource) }
  const named = policies.resource?.policy
  const scanned = {
    serviceControl: policies.serviceControl && scan(asked, policies.serviceControl, 'service-control'),
    resource: named && scan(asked, [named], 'resource'),
    identity: scan(asked, policies.identity, 'identity'),
    boundary: policies.boundary && scan(asked, [policies.boundary], 'boundary'),
    session: policies.session && scan(asked, policies.session, 'session'),
  }
  for (const finding of [
    scanned.serviceControl,
    scanned.resource,
    scanned.identity,
    scanned.boundary,
    scanned.session,
  ]) {
    if (finding?.statement.effect === 'Deny')
      return { allowed: false, reason: 'explicit-deny', statements: [finding.statement] }
  }
  return grant(question, policies, scanned)
}

interface Asked {
  readonly question: AccessQuestion
  readonly action: string
  readonly resource: ArnParts | undefined
}

const rank: Readonly<Record<Naming, number>> = { none: 0, account: 1, role: 2, direct: 3 }

function scan(asked: Asked, policies: readonly NamedPolicy[], layer: PolicyLayer): Finding | undefined {
  let best: { readonly naming: Naming; readonly policy: NamedPolicy; readonly index: number } | undefined
  for (const policy of policies) {
    const { deny, allow } = policy.policy.statementsFor(asked.action)
    for (const statement of deny) {
      const naming = statement.naming(asked.question, asked.resource)
      if (naming !== 'none') return { naming, statement: describe(layer, policy, statement.index) }
    }
    for (const statement of allow) {
      // Only the nearest naming matters, and nothing is nearer than `direct`.
      if (best?.naming === 'direct') break
      const naming = statement.naming(asked.question, asked.resource)
      if (rank[naming] > rank[best?.naming ?? 'none']) best = { naming, policy, index: statement.index }
    }
  }
  return best && { naming: best.naming, statement: describe(layer, best.policy, best.index) }
}

function describe(layer: PolicyLayer, { name, policy }: NamedPolicy, index: number): DecidingStatement {
  const statement = policy.document.statements[index]
  return {
    layer,
    policyName: name,
    ...(statement?.sid === undefined ? {} : { sid: statement.sid }),
    index,
    effect: statement?.effect ?? 'Deny',
  }
}

interface Scanned {
  readonly serviceControl: Finding | undefined
  readonly resource: Finding | undefined
  readonly identity: Finding | undefined
  readonly boundary: Finding | undefined
  readonly session: Finding | undefined
}

/** No deny was found: is there a grant, and does every limit let it through? */
function grant(question: AccessQuestion, policies: PolicySet, scanned: Scanned): Decision {
  const { principal } = question
  const { resource } = scanned
  if (!('account' in principal)) return resource === undefined ? refuse('resource') : allow(resource)
  if (policies.serviceControl !== undefined && scanned.serviceControl === undefined) return refuse('service-control')

  // Root may do everything in its own account without a policy that says so.
  const isGrantedByIdentity = scanned.identity !== undefined || principal.kind === 'root'
  const isOwnAccount = (question.resourceAccount ?? principal.account) === principal.account
  const mustBoth = !isOwnAccount || policies.resource?.isRequired === true
  if (mustBoth && resource === undefined) return refuse('resource')

  const isGrantedByResource = isOwnAccount && (resource?.naming === 'direct' || resource?.naming === 'role')
  if (!isGrantedByIdentity && !isGrantedByResource) return refuse('identity')
  // A grant to this very user or session is not held in by what its identity is limited to.
  if (!(isOwnAccount && resource?.naming === 'direct')) {
    if (policies.boundary !== undefined && scanned.boundary === undefined) return refuse('boundary')
    if (policies.session !== undefined && scanned.session === undefined) return refuse('session')
  }
  return allow(scanned.serviceControl, scanned.identity, resource, scanned.boundary, scanned.session)
}

function allow(...findings: readonly (Finding | undefined)[]): Decision {
  const statements: DecidingStatement[] = []
  for (const finding of findings) if (finding !== undefined) statements.push(finding.statement)
  return { allowed: true, reason: 'allow', statements }
}

function refuse(missing: PolicyLayer): Decision {
  return { allowed: false, reason: 'implicit-deny', statements: [], missing }
}
