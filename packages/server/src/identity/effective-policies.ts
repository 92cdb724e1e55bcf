import { type CompiledPolicy, compilePolicy, type NamedPolicy, type PolicySet, parsePolicy } from '@cairn/aws-kit/iam'
import { type Entity, entitiesOf, entityKey } from './entity.ts'
import { defaultDocument, type ManagedPolicies } from './managed-policies.ts'
import type { Principal } from './principal.ts'
import type { IdentityStore } from './store.ts'

/** What the evaluator asks for, but for the policies of the resource. */
export type EffectivePolicies = Pick<PolicySet, 'identity' | 'boundary' | 'session'>

export type FindPolicies = (principal: Principal) => EffectivePolicies

const allowsNothing = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
})

/** Compiled policies kept; texts that are not in use any more go when it is full. */
const compiledMax = 4096

/** Users and roles whose policies are kept together, for as long as nothing changes. */
const heldMax = 4096

type Held = Pick<EffectivePolicies, 'identity' | 'boundary'>

/**
 * Finds a principal's policies as the catalogue has them now. Compiled ones are kept by their text: the text of an
 * attached policy is one string in memory, so finding its compiled form again is a hash look-up.
 */
export function createPolicyFinder({ catalog }: IdentityStore, managed: ManagedPolicies): FindPolicies {
  const compiled = new Map<string, CompiledPolicy>()

  function compile(document: string): CompiledPolicy {
    let policy = compiled.get(document)
    if (policy === undefined) {
      policy = compilePolicy(parsePolicy(document, 'identity'))
      if (compiled.size >= compiledMax) compiled.clear()
      compiled.set(document, policy)
    }
    return policy
  }

  function managedPolicy(arn: string): NamedPolicy[] {
    const policy = managed.find(arn)
    return policy === undefined ? [] : [{ name: arn, policy: compile(defaultDocument(policy)) }]
  }

  function policiesOf({ inlinePolicies, attachedPolicies }: Entity): NamedPolicy[] {
    const inline = Object.entries(inlinePolicies).map(([name, document]) => ({ name, policy: compile(document) }))
    return [...inline, ...attachedPolicies.flatMap(managedPolicy)]
  }

  /** A boundary whose policy is gone allows nothing; it cannot be deleted while it is one. */
  function boundaryOf({ boundary }: Entity): Pick<EffectivePolicies, 'boundary'> {
    if (boundary === undefined) return {}
    return { boundary: managedPolicy(boundary)[0] ?? { name: boundary, policy: compile(allowsNothing) } }
  }

  function sessionOf(principal: Principal): Pick<EffectivePolicies, 'session'> {
    const { policies, policyArns } = ('session' in principal ? principal.session : undefined) ?? {}
    if (policies === undefined && policyArns === undefined) return {}
    const own = (policies ?? []).map((document) => ({ name: 'session policy', policy: compile(document) }))
    return { session: [...own, ...(policyArns ?? []).flatMap(managedPolicy)] }
  }

  function userPolicies(account: string, name: string): Held {
    const user = catalog.get(entitiesOf('user'), entityKey({ account, name }))
    if (user === undefined) return { identity: [] }
    const groups = user.groups.flatMap(
      (group) => catalog.get(entitiesOf('group'), entityKey({ account, name: group })) ?? [],
    )
    return { identity: [user, ...groups].flatMap(policiesOf), ...boundaryOf(user) }
  }

  function rolePolicies(account: string, name: string): Held {
    const role = catalog.get(entitiesOf('role'), entityKey({ account, name }))
    return role === undefined ? { identity: [] } : { identity: policiesOf(role), ...boundaryOf(role) }
  }

  /** Collecting the policies of one principal takes longer than asking them, and nearly no call changes any. */
  const held = new Map<string, Held>()
  let heldAt = -1

  function hold(kind: 'user' | 'role', account: string, name: string): Held {
    if (catalog.version !== heldAt || held.size >= heldMax) {
      held.clear()
      heldAt = catalog.version
    }
    const key = `${kind} ${account} ${name}`
    let policies = held.get(key)
    if (policies === undefined) {
      policies = kind === 'user' ? userPolicies(account, name) : rolePolicies(account, name)
      held.set(key, policies)
    }
    return policies
  }

  return (principal) => {
    switch (principal.kind) {
      case 'root':
        return { identity: [], ...sessionOf(principal) }
      case 'user':
        return withSession(hold('user', principal.account, principal.userName), principal)
      case 'role-session':
        return withSession(hold('role', principal.account, principal.roleName), principal)
      case 'operator':
      case 'service':
      case 'anonymous':
        return { identity: [] }
    }
  }

  function withSession(policies: Held, principal: Principal): EffectivePolicies {
    const session = sessionOf(principal)
    return session.session === undefined ? policies : { ...policies, ...session }
  }
}
