import {
  type AccessQuestion,
  accessDeniedMessage,
  type CompiledPolicy,
  type ConditionContext,
  compilePolicy,
  evaluate,
  type PolicySet,
  parsePolicy,
  type RequestPrincipal,
} from '@cairn/aws-kit/iam'
import type { Capabilities } from '../api/capabilities.ts'
import type { AccessRequest, Call, Fail, Operation } from '../api/operation.ts'
import { canonicalId } from '../buckets/index.ts'
import type { Identity, Principal } from '../identity/index.ts'
import { grantedPolicyBytesMax } from '../kms/index.ts'
import { ApiError, failure } from './api-error.ts'
import { callContext } from './call-context.ts'
import type { Exchange } from './exchange.ts'
import { type Asker, requestContext } from './request-context.ts'
import { s3RequestContext } from './s3-facts.ts'

/**
 * Asks the policies one question. Returns the refusal where it is of a part of the call.
 *
 * @throws ApiError `access-denied`
 */
export type RequireAccess = (request: AccessRequest, asker: Asker) => string | undefined

/** Asks the policies every question of a call. */
export type Authorise = (
  exchange: Exchange,
  operation: Operation,
  context: { readonly capabilities: Capabilities; readonly call: Call; readonly fail: Fail<string> },
) => Promise<void>

type ResourcePolicyKind = NonNullable<AccessRequest['resourcePolicyKind']>

/** Compiled resource policies kept; when full, all go and those in use come back. */
const compiledMax = 1_000

export function createRequireAccess(identity: Identity): RequireAccess {
  const compiled = new Map<string, CompiledPolicy>()

  function resourcePolicy(text: string, kind: ResourcePolicyKind): CompiledPolicy {
    const key = `${kind}:${text}`
    let policy = compiled.get(key)
    if (!policy) {
      policy = compilePolicy(
        kind === 'key'
          ? parsePolicy(text, 'resource', { charactersMax: grantedPolicyBytesMax })
          : parsePolicy(text, kind),
      )
      if (compiled.size >= compiledMax) compiled.clear()
      compiled.set(key, policy)
    }
    return policy
  }

  function policiesOf(principal: Principal, request: AccessRequest): PolicySet {
    const own = identity.policiesFor(principal)
    const { resourcePolicy: text, resourcePolicyKind: kind = 'resource' } = request
    const isRequired = kind !== 'resource'
    if (text === undefined) return isRequired ? { ...own, resource: { isRequired } } : own
    return { ...own, resource: { policy: { name: kind, policy: resourcePolicy(text, kind) }, isRequired } }
  }

  return (request, asker) => {
    if (identity.acceptsAnyCredentials) return undefined
    const question = questionOf(request, asker, identity)
    const decision = evaluate(question, policiesOf(asker.principal, request))
    if (decision.allowed) return undefined
    const message = accessDeniedMessage(question, decision)
    const { foreignDenial, denial, part, resourceAccount } = request
    if (part !== undefined) return message
    if (denial !== undefined) throw new ApiError(denial.code, denial.message)
    const isForeign = !('account' in asker.principal) || asker.principal.account !== resourceAccount
    if (foreignDenial !== undefined && isForeign) throw new ApiError(foreignDenial, message)
    throw failure('access-denied', message)
  }
}

/**
 * Allowed use of another account's resource is noted on the exchange: its owner gets a copy of the record. So is what
 * policies are told, for events of accounts that `wantsContext`.
 */
export function createAuthorise(
  identity: Identity,
  { wantsContext }: { readonly wantsContext?: (account: string) => boolean } = {},
): Authorise {
  const requireAccess = createRequireAccess(identity)
  return async (exchange, operation, { capabilities, call, fail }) => {
    const requests = await operation.access(exchange.input ?? {}, capabilities, call, fail)
    if (wantsContext && [exchange.account, ...ownersOf(requests)].some(wantsContext)) {
      exchange.context = callContext(requests, exchange, identity)
    }
    let refusals: Map<object, string> | undefined
    for (const request of requests) {
      const refusal = requireAccess(request, exchange)
      const { part, resourceAccount: owner } = request
      if (part !== undefined) {
        refusals ??= new Map()
        if (refusal !== undefined) refusals.set(part, refusal)
      }
      if (refusal === undefined && owner !== undefined && owner !== exchange.account) exchange.owners.add(owner)
    }
    if (refusals !== undefined) call.refusals = refusals
  }
}

function ownersOf(requests: readonly AccessRequest[]): readonly string[] {
  return requests.flatMap(({ resourceAccount: owner }) => owner ?? [])
}

function questionOf(request: AccessRequest, asker: Asker, identity: Identity): AccessQuestion {
  const { principal } = asker
  return {
    principal: requestPrincipal(principal),
    action: request.action,
    resource: request.resource,
    ...(request.resourceAccount !== undefined && { resourceAccount: request.resourceAccount }),
    ...('account' in principal && { canonicalUser: canonicalId(principal.account) }),
    context: contextOf(request, asker, identity),
  }
}

/** The operator stands above accounts and has no business in them: AWS calls of its key are nobody's. */
function requestPrincipal(principal: Principal): RequestPrincipal {
  return principal.kind === 'operator' ? { kind: 'anonymous' } : principal
}

/** Condition keys are looked up far more seldom than requests are made, so the map is built at the first look. */
function contextOf(request: AccessRequest, asker: Asker, identity: Identity): ConditionContext {
  let keys: Map<string, string | readonly string[]> | undefined
  return {
    get(key) {
      if (!keys) {
        const values = {
          ...identity.contextOf(asker.principal),
          ...requestContext(asker),
          ...(request.action.startsWith('s3:') && s3RequestContext(asker)),
          ...(request.resourceAccount !== undefined && { 'aws:ResourceAccount': request.resourceAccount }),
          ...request.context,
        }
        keys = new Map(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]))
      }
      return keys.get(key)
    },
  }
}
