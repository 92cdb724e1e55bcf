import type { CatalogReader } from '../ports/catalog.ts'
import { refuseTaken } from './entities.ts'
import { type Entity, entitiesOf, entityKey, type Role, type Tag, type User } from './entity.ts'
import { limits, policySize } from './limits.ts'
import { checkIdentityPolicy } from './policy-document.ts'
import type { Refuse } from './refuse.ts'

/*
 * Edits of one user, group or role, for `Entities.update`: each takes the entity and gives the one to be stored, or
 * refuses in AWS's words.
 */

export function withInlinePolicy<E extends Entity>(
  entity: E,
  policy: { readonly name: string; readonly document: string },
  refuse: Refuse<'LimitExceededException' | 'MalformedPolicyDocumentException'>,
): E {
  checkIdentityPolicy(policy.document, refuse)
  const inlinePolicies = { ...entity.inlinePolicies, [policy.name]: policy.document }
  // All inline policies of an entity share one quota.
  const size = Object.values(inlinePolicies).reduce((sum, document) => sum + policySize(document), 0)
  const sizeMax = limits.inlinePolicySize[entity.kind]
  if (size > sizeMax) {
    refuse(
      'LimitExceededException',
      `Maximum policy size of ${sizeMax} bytes exceeded for ${entity.kind} ${entity.name}`,
    )
  }
  return { ...entity, inlinePolicies }
}

export function withoutInlinePolicy<E extends Entity>(
  entity: E,
  policyName: string,
  refuse: Refuse<'NoSuchEntityException'>,
): E {
  inlinePolicy(entity, policyName, refuse)
  const { [policyName]: _, ...inlinePolicies } = entity.inlinePolicies
  return { ...entity, inlinePolicies }
}

/** The text of an inline policy. */
export function inlinePolicy(entity: Entity, policyName: string, refuse: Refuse<'NoSuchEntityException'>): string {
  if (!Object.hasOwn(entity.inlinePolicies, policyName)) {
    refuse('NoSuchEntityException', `The ${entity.kind} policy with name ${policyName} cannot be found.`)
  }
  return entity.inlinePolicies[policyName] ?? ''
}

/** Attaching twice is attaching once. That the policy exists is the caller's to check. */
export function withAttachedPolicy<E extends Entity>(
  entity: E,
  policyArn: string,
  refuse: Refuse<'LimitExceededException'>,
): E {
  if (entity.attachedPolicies.includes(policyArn)) return entity
  if (entity.attachedPolicies.length >= limits.attachedPolicies) {
    const quota = { user: 'PoliciesPerUser', group: 'PoliciesPerGroup', role: 'PoliciesPerRole' }[entity.kind]
    refuse('LimitExceededException', `Cannot exceed quota for ${quota}: ${limits.attachedPolicies}`)
  }
  return { ...entity, attachedPolicies: [...entity.attachedPolicies, policyArn] }
}

export function withoutAttachedPolicy<E extends Entity>(
  entity: E,
  policyArn: string,
  refuse: Refuse<'NoSuchEntityException'>,
): E {
  if (!entity.attachedPolicies.includes(policyArn)) {
    refuse('NoSuchEntityException', `Policy ${policyArn} was not found.`)
  }
  return { ...entity, attachedPolicies: entity.attachedPolicies.filter((arn) => arn !== policyArn) }
}

export function withBoundary<E extends Entity>(entity: E, policyArn: string): E {
  return { ...entity, boundary: policyArn }
}

export function withoutBoundary<E extends User | Role>(entity: E, refuse: Refuse<'NoSuchEntityException'>): E {
  if (entity.boundary === undefined) {
    refuse('NoSuchEntityException', `Permissions boundary of ${entity.kind} ${entity.name} cannot be found.`)
  }
  const { boundary: _, ...rest } = entity
  return rest as E
}

export function withGroup(user: User, groupName: string, refuse: Refuse<'LimitExceededException'>): User {
  const group = groupName.toLowerCase()
  if (user.groups.includes(group)) return user
  if (user.groups.length >= limits.groupsPerUser) {
    refuse('LimitExceededException', `Cannot exceed quota for GroupsPerUser: ${limits.groupsPerUser}`)
  }
  return { ...user, groups: [...user.groups, group] }
}

export function withoutGroup(user: User, groupName: string, refuse: Refuse<'NoSuchEntityException'>): User {
  const group = groupName.toLowerCase()
  if (!user.groups.includes(group)) {
    refuse(
      'NoSuchEntityException',
      `The user with name ${user.name} is not a member of the group with name ${groupName}.`,
    )
  }
  return { ...user, groups: user.groups.filter((name) => name !== group) }
}

/** A new name, a new path, or both. */
export function renamed<E extends Entity>(
  entity: E,
  {
    name = entity.name,
    path = entity.path,
  }: { readonly name?: string | undefined; readonly path?: string | undefined },
  draft: CatalogReader,
  refuse: Refuse<'EntityAlreadyExistsException'>,
): E {
  const after = { ...entity, name, path }
  const isTaken = draft.get(entitiesOf(entity.kind), entityKey(after)) !== undefined
  if (isTaken && entityKey(after) !== entityKey(entity)) refuseTaken(after, refuse)
  return after
}

/** Service-linked roles are their service's: nobody else edits them. */
export function modifiable(role: Role, refuse: Refuse<'UnmodifiableEntityException'>): Role {
  if (role.linkedService !== undefined) {
    refuse(
      'UnmodifiableEntityException',
      `Cannot perform the operation on the protected role '${role.name}' - this role is only modifiable by AWS`,
    )
  }
  return role
}

/** Adds tags, or gives present ones a new value. Keys are one without regard to case. */
export function withTags<Tagged extends { readonly tags: readonly Tag[] }>(
  tagged: Tagged,
  added: readonly Tag[],
  refuse: Refuse<'InvalidInputException' | 'LimitExceededException'>,
): Tagged {
  const byKey = new Map(tagged.tags.map((tag) => [tag.key.toLowerCase(), tag]))
  for (const tag of checkedTags(added, refuse)) byKey.set(tag.key.toLowerCase(), tag)
  if (byKey.size > limits.tags) {
    refuse('LimitExceededException', `The number of tags has reached the maximum limit of ${limits.tags}.`)
  }
  return { ...tagged, tags: [...byKey.values()] }
}

export function withoutTags<Tagged extends { readonly tags: readonly Tag[] }>(
  tagged: Tagged,
  keys: readonly string[],
): Tagged {
  const removed = new Set(keys.map((key) => key.toLowerCase()))
  return { ...tagged, tags: tagged.tags.filter(({ key }) => !removed.has(key.toLowerCase())) }
}

function checkedTags(tags: readonly Tag[], refuse: Refuse<'InvalidInputException'>): readonly Tag[] {
  const keys = new Set(tags.map(({ key }) => key.toLowerCase()))
  if (keys.size < tags.length) {
    refuse('InvalidInputException', 'Duplicate tag keys found. Please note that Tag keys are case insensitive.')
  }
  if (tags.some(({ key }) => key.toLowerCase().startsWith('aws:'))) {
    refuse('InvalidInputException', 'Tag keys beginning with aws: are reserved for system use.')
  }
  return tags
}
