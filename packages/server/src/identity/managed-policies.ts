import type { CatalogReader, Cause } from '../ports/catalog.ts'
import { awsPolicies } from './aws-policies.ts'
import { type Entity, entitiesOf, entityKey, type ManagedPolicy, policies } from './entity.ts'
import { limits, policySize } from './limits.ts'
import { checkIdentityPolicy } from './policy-document.ts'
import type { Refuse } from './refuse.ts'
import type { IdentityStore } from './store.ts'
import { newEntityId } from './unique-id.ts'

/** Managed policies: the account's own, and AWS's that are bundled. */
export interface ManagedPolicies {
  find(arn: string): ManagedPolicy | undefined
  get(arn: string, refuse: Refuse<'NoSuchEntityException'>): ManagedPolicy
  /** Of one account, in the order of names. */
  list(account: string): readonly ManagedPolicy[]
  bundled(): readonly ManagedPolicy[]
  /** How often each policy is attached in the account, and used as a boundary. By ARN; absent means never. */
  usage(account: string): ReadonlyMap<string, { readonly attached: number; readonly boundaries: number }>
  /** Users, groups and roles of the account a policy is attached to or a boundary of. */
  entitiesWith(account: string, arn: string, use: 'attached' | 'boundary'): readonly Entity[]
  arn(policy: { readonly account: string; readonly path: string; readonly name: string }): string
  create(
    cause: Cause,
    policy: Pick<ManagedPolicy, 'name' | 'path' | 'tags' | 'description'> & {
      readonly account: string
      readonly document: string
    },
    refuse: Refuse<'EntityAlreadyExistsException' | 'LimitExceededException' | 'MalformedPolicyDocumentException'>,
  ): Promise<ManagedPolicy>
  /** @see withVersion and its neighbours for the edits */
  update<Code extends string>(
    cause: Cause,
    arn: string,
    refuse: Refuse<Code | 'NoSuchEntityException' | 'AccessDenied'>,
    edit: (policy: ManagedPolicy) => ManagedPolicy,
  ): Promise<ManagedPolicy>
  delete(
    cause: Cause,
    arn: string,
    refuse: Refuse<'NoSuchEntityException' | 'DeleteConflictException' | 'AccessDenied'>,
  ): Promise<void>
}

export function createManagedPolicies({ catalog, clock, ids, partition }: IdentityStore): ManagedPolicies {
  const bundled = new Map(awsPolicies(partition).map((policy) => [policy.arn, policy]))

  function own(reader: CatalogReader, arn: string): { key: string; policy: ManagedPolicy } | undefined {
    const [, account = '', name = ''] = /^arn:[^:]+:iam::(\d{12}):policy\/(?:.*\/)?([^/]+)$/.exec(arn) ?? []
    const key = entityKey({ account, name })
    const policy = reader.get(policies, key)
    return policy?.arn === arn ? { key, policy } : undefined
  }

  function changeable(reader: CatalogReader, arn: string, refuse: Refuse<'NoSuchEntityException' | 'AccessDenied'>) {
    if (bundled.has(arn)) refuse('AccessDenied', `Policy ${arn} is managed by AWS and cannot be changed.`)
    return own(reader, arn) ?? refuseMissing(arn, refuse)
  }

  const managed: ManagedPolicies = {
    find: (arn) => bundled.get(arn) ?? own(catalog, arn)?.policy,
    get: (arn, refuse) => managed.find(arn) ?? refuseMissing(arn, refuse),
    list: (account) => catalog.list(policies, `${account}/`).map(({ value }) => value),
    bundled: () => [...bundled.values()],

    usage(account) {
      const usage = new Map<string, { attached: number; boundaries: number }>()
      const of = (arn: string) => {
        const found = usage.get(arn) ?? { attached: 0, boundaries: 0 }
        usage.set(arn, found)
        return found
      }
      for (const entity of allEntities(catalog, account)) {
        for (const arn of entity.attachedPolicies) of(arn).attached += 1
        if (entity.boundary !== undefined) of(entity.boundary).boundaries += 1
      }
      return usage
    },

    entitiesWith: (account, arn, use) =>
      allEntities(catalog, account).filter((entity) =>
        use === 'attached' ? entity.attachedPolicies.includes(arn) : entity.boundary === arn,
      ),

    arn: ({ account, path, name }) => `arn:${partition}:iam::${account}:policy${path}${name}`,

    create(cause, { account, document, ...rest }, refuse) {
      checkDocument(document, refuse)
      return catalog.change(cause, (draft) => {
        const key = entityKey({ account, name: rest.name })
        if (draft.get(policies, key) !== undefined) {
          refuse(
            'EntityAlreadyExistsException',
            `A policy called ${rest.name} already exists. Duplicate names are not allowed.`,
          )
        }
        if (draft.list(policies, `${account}/`).length >= limits.policiesPerAccount) {
          refuse('LimitExceededException', `Cannot exceed quota for PoliciesPerAccount: ${limits.policiesPerAccount}`)
        }
        const nowMs = clock.nowMs()
        const policy: ManagedPolicy = {
          ...rest,
          arn: managed.arn({ account, ...rest }),
          id: newEntityId('ANPA', account, ids),
          createdAtMs: nowMs,
          updatedAtMs: nowMs,
          defaultVersion: 'v1',
          versions: [{ id: 'v1', document, createdAtMs: nowMs }],
          nextVersion: 2,
        }
        draft.put(policies, key, policy)
        return policy
      })
    },

    update: (cause, arn, refuse, edit) =>
      catalog.change(cause, (draft) => {
        const { key, policy } = changeable(draft, arn, refuse)
        const after = { ...edit(policy), updatedAtMs: clock.nowMs() }
        draft.put(policies, key, after)
        return after
      }),

    delete: (cause, arn, refuse) =>
      catalog.change(cause, (draft) => {
        const { key, policy } = changeable(draft, arn, refuse)
        const [account = ''] = key.split('/', 1)
        const isUsed = allEntities(draft, account).some(
          ({ attachedPolicies, boundary }) => attachedPolicies.includes(arn) || boundary === arn,
        )
        if (isUsed) refuse('DeleteConflictException', 'Cannot delete a policy attached to entities.')
        if (policy.versions.length > 1) {
          refuse(
            'DeleteConflictException',
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
          )
        }
        draft.delete(policies, key)
      }),
  }
  return managed
}

/** Adds a version, which becomes the default one if so wished. */
export function withVersion(
  policy: ManagedPolicy,
  { document, isDefault, nowMs }: { readonly document: string; readonly isDefault: boolean; readonly nowMs: number },
  refuse: Refuse<'LimitExceededException' | 'MalformedPolicyDocumentException'>,
): ManagedPolicy {
  checkDocument(document, refuse)
  if (policy.versions.length >= limits.policyVersions) {
    refuse(
      'LimitExceededException',
      `A managed policy can have up to ${limits.policyVersions} versions. Before you create a new version, you must delete an existing version.`,
    )
  }
  const version = { id: `v${policy.nextVersion}`, document, createdAtMs: nowMs }
  return {
    ...policy,
    versions: [...policy.versions, version],
    nextVersion: policy.nextVersion + 1,
    defaultVersion: isDefault ? version.id : policy.defaultVersion,
  }
}

export function withDefaultVersion(
  policy: ManagedPolicy,
  versionId: string,
  refuse: Refuse<'NoSuchEntityException'>,
): ManagedPolicy {
  return { ...policy, defaultVersion: policyVersion(policy, versionId, refuse).id }
}

export function withoutVersion(
  policy: ManagedPolicy,
  versionId: string,
  refuse: Refuse<'NoSuchEntityException' | 'DeleteConflictException'>,
): ManagedPolicy {
  policyVersion(policy, versionId, refuse)
  if (versionId === policy.defaultVersion) {
    refuse('DeleteConflictException', 'Cannot delete the default version of a policy.')
  }
  return { ...policy, versions: policy.versions.filter(({ id }) => id !== versionId) }
}

export function policyVersion(policy: ManagedPolicy, versionId: string, refuse: Refuse<'NoSuchEntityException'>) {
  const found = policy.versions.find(({ id }) => id === versionId)
  return (
    found ??
    refuse('NoSuchEntityException', `Policy ${policy.arn} version ${versionId} does not exist or is not attachable.`)
  )
}

/** The document that counts. */
export function defaultDocument(policy: ManagedPolicy): string {
  return policy.versions.find(({ id }) => id === policy.defaultVersion)?.document ?? ''
}

function checkDocument(
  document: string,
  refuse: Refuse<'LimitExceededException' | 'MalformedPolicyDocumentException'>,
): void {
  checkIdentityPolicy(document, refuse)
  if (policySize(document) > limits.managedPolicySize) {
    refuse('LimitExceededException', `Cannot exceed quota for PolicySize: ${limits.managedPolicySize}`)
  }
}

function allEntities(reader: CatalogReader, account: string): Entity[] {
  return (['user', 'group', 'role'] as const).flatMap((kind) =>
    reader.list<Entity>(entitiesOf(kind), `${account}/`).map(({ value }) => value),
  )
}

function refuseMissing(arn: string, refuse: Refuse<'NoSuchEntityException'>): never {
  return refuse('NoSuchEntityException', `Policy ${arn} was not found.`)
}
