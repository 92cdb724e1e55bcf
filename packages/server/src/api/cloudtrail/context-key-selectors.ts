import { type ContextSelection, isRequestContextKey } from '@cairn/core/record'
import { type Identity, serviceLinkedRole } from '../../identity/index.ts'
import type { Clock } from '../../ports/clock.ts'
import type { CloudTrailOperations } from '../generated/cloudtrail.ts'
import type { AccessRequest, Call, Fail } from '../operation.ts'

type Selectors = NonNullable<CloudTrailOperations['PutEventConfiguration']['input']['ContextKeySelectors']>

const linkedService = 'context.cloudtrail.amazonaws.com'
const roleName = 'AWSServiceRoleForCloudTrailEventContext'

/** What the selectors name; `undefined` when they name nothing, which ends the enrichment. */
export function readContextKeySelectors(
  selectors: Selectors,
  fail: Fail<'InvalidParameterException'>,
): ContextSelection | undefined {
  const keysOf = (type: Selectors[number]['Type']) => {
    const [keys = [], another] = selectors.flatMap(({ Type, Equals }) => (Type === type ? [Equals] : []))
    if (another) fail('InvalidParameterException', 'Each type of context key selector can be specified once.')
    return keys
  }
  const requestKeys = keysOf('RequestContext')
  const unknown = requestKeys.find((key) => !isRequestContextKey(key))
  if (unknown !== undefined) {
    fail('InvalidParameterException', `${unknown} is not an IAM global condition key that events can be enriched with.`)
  }
  const tagKeys = keysOf('TagContext')
  return selectors.length === 0 ? undefined : { tagKeys, requestKeys }
}

/**
 * Enrichment is done in the name of a service-linked role, which the first caller to ask for it has to be allowed to
 * make.
 *
 * @source CloudTrail User Guide, service-linked roles for event context; API Reference, PutEventConfiguration
 */
export function contextRoleAccess(
  selectors: Selectors | undefined,
  { partition, account }: Pick<Call, 'partition' | 'account'>,
  identity: Identity,
): readonly AccessRequest[] {
  if (!selectors?.length || hasContextRole(account, identity)) return []
  return [
    {
      action: 'iam:CreateServiceLinkedRole',
      resource: `arn:${partition}:iam::${account}:role/aws-service-role/${linkedService}/${roleName}`,
      context: { 'iam:AWSServiceName': linkedService },
      denial: {
        code: 'InsufficientIAMAccessPermissionException',
        message:
          "The task can't be completed because you are signed in with an account that lacks permission to view or create a service-linked role. Sign in with an account that has the required permissions and then try again.",
      },
    },
  ]
}

/** Makes the role where it is missing. It is no part of the change that the call's intent announces. */
export async function requireContextRole(
  { partition, account }: Pick<Call, 'partition' | 'account'>,
  { identity, clock }: { readonly identity: Identity; readonly clock: Clock },
  fail: Fail<'ConflictException' | 'InsufficientIAMAccessPermissionException'>,
): Promise<void> {
  if (hasContextRole(account, identity)) return
  const id = identity.newId('AROA', account)
  const role = serviceLinkedRole(linkedService, { account, id, createdAtMs: clock.nowMs() }, partition)
  if (role === undefined) return
  await identity.entities.create({ intentId: undefined }, role, (code, message) =>
    code === 'EntityAlreadyExistsException'
      ? fail('ConflictException', `The role ${role.name} is being made by another request.`)
      : fail('InsufficientIAMAccessPermissionException', message),
  )
}

function hasContextRole(account: string, identity: Identity): boolean {
  return identity.entities.find({ kind: 'role', account, name: roleName }) !== undefined
}
