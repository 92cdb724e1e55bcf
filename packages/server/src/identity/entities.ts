import type { CatalogDraft, CatalogReader, Cause } from '../ports/catalog.ts'
import {
  accessKeys,
  type Entity,
  type EntityKind,
  type EntityName,
  type EntityOf,
  entitiesOf,
  entityArn,
  entityKey,
  type User,
} from './entity.ts'
import { limits } from './limits.ts'
import { type RenamePrincipal, withPrincipal } from './policy-principals.ts'
import type { Refuse } from './refuse.ts'
import type { IdentityStore } from './store.ts'

/** Users, groups and roles: found, listed, and changed one at a time. */
export interface Entities {
  find<Kind extends EntityKind>(name: EntityName<Kind>): EntityOf<Kind> | undefined
  get<Kind extends EntityKind>(name: EntityName<Kind>, refuse: Refuse<'NoSuchEntityException'>): EntityOf<Kind>
  /** In the order of names, without regard to case. */
  list<Kind extends EntityKind>(kind: Kind, account: string, pathPrefix?: string): readonly EntityOf<Kind>[]
  membersOf(group: EntityName<'group'>): readonly User[]
  arn(entity: Pick<Entity, 'kind' | 'account' | 'path' | 'name'>): string
  create<Kind extends EntityKind>(
    cause: Cause,
    entity: EntityOf<Kind>,
    refuse: Refuse<'EntityAlreadyExistsException' | 'LimitExceededException'>,
  ): Promise<EntityOf<Kind>>
  /** Puts in its place what `edit` makes of the entity; a new name moves it, with its keys or members. */
  update<Kind extends EntityKind, Code extends string>(
    cause: Cause,
    name: EntityName<Kind>,
    refuse: Refuse<Code | 'NoSuchEntityException'>,
    edit: (entity: EntityOf<Kind>, draft: CatalogDraft) => EntityOf<Kind>,
  ): Promise<EntityOf<Kind>>
  /** Deletes what nothing hangs on any more. */
  delete(
    cause: Cause,
    name: EntityName,
    refuse: Refuse<'NoSuchEntityException' | 'DeleteConflictException'>,
    check?: (entity: Entity) => void,
  ): Promise<void>
  /** Deletes a service-linked role with all it has; gives the service. */
  deleteLinked(cause: Cause, role: EntityName<'role'>, refuse: Refuse<'NoSuchEntityException'>): Promise<string>
}

const quota = {
  user: { name: 'UsersPerAccount', max: limits.usersPerAccount },
  group: { name: 'GroupsPerAccount', max: limits.groupsPerAccount },
  role: { name: 'RolesPerAccount', max: limits.rolesPerAccount },
}

export function createEntities(
  { catalog, partition }: IdentityStore,
  renamePrincipal: readonly RenamePrincipal[] = [],
): Entities {
  /** Tells every policy that names a user or role what it is called from now on. */
  function rename(draft: CatalogDraft, entity: Entity, to: string): void {
    if (entity.kind === 'group') return
    const from = entityArn(partition, entity)
    if (from === to) return
    const roles = entitiesOf('role')
    for (const { key, value } of draft.list(roles)) {
      const trustPolicy = withPrincipal(value.trustPolicy, from, to)
      if (trustPolicy !== value.trustPolicy) draft.put(roles, key, { ...value, trustPolicy })
    }
    for (const one of renamePrincipal) one(draft, from, to)
  }

  const entities: Entities = {
    find: (name) => catalog.get(entitiesOf(name.kind), entityKey(name)),

    get: (name, refuse) => entities.find(name) ?? refuseMissing(name, refuse),

    list(kind, account, pathPrefix = '/') {
      const all = catalog.list(entitiesOf(kind), `${account}/`).map(({ value }) => value)
      return pathPrefix === '/' ? all : all.filter(({ path }) => path.startsWith(pathPrefix))
    },

    membersOf: (group) => membersIn(catalog, group),

    arn: (entity) => entityArn(partition, entity),

    create: (cause, entity, refuse) =>
      catalog.change(cause, (draft) => {
        const collection = entitiesOf(entity.kind)
        if (draft.get(collection, entityKey(entity)) !== undefined) refuseTaken(entity, refuse)
        const { name, max } = quota[entity.kind]
        if (draft.list(collection, `${entity.account}/`).length >= max) {
          refuse('LimitExceededException', `Cannot exceed quota for ${name}: ${max}`)
        }
        draft.put(collection, entityKey(entity), entity)
        return entity
      }),

    update: (cause, name, refuse, edit) =>
      catalog.change(cause, (draft) => {
        const collection = entitiesOf(name.kind)
        const before = draft.get(collection, entityKey(name)) ?? refuseMissing(name, refuse)
        const after = edit(before, draft)
        if (entityKey(after) !== entityKey(before)) move(draft, before, after)
        rename(draft, before, entityArn(partition, after))
        draft.put(collection, entityKey(after), after)
        return after
      }),

    delete: (cause, name, refuse, check) =>
      catalog.change(cause, (draft) => {
        const entity = draft.get(entitiesOf(name.kind), entityKey(name)) ?? refuseMissing(name, refuse)
        check?.(entity)
        const rest = restOf(draft, entity)
        if (rest !== undefined) refuse('DeleteConflictException', `Cannot delete entity, must ${rest} first.`)
        draft.delete(entitiesOf(name.kind), entityKey(entity))
        rename(draft, entity, entity.id)
      }),

    deleteLinked: (cause, name, refuse) =>
      catalog.change(cause, (draft) => {
        const role = draft.get(entitiesOf('role'), entityKey(name))
        if (role?.linkedService === undefined) return refuseMissing(name, refuse)
        draft.delete(entitiesOf('role'), entityKey(name))
        rename(draft, role, role.id)
        return role.linkedService
      }),
  }
  return entities
}

/** What is to be done before an entity may go, in AWS's words; `undefined` when nothing is left. */
function restOf(draft: CatalogReader, entity: Entity): string | undefined {
  if (entity.kind === 'user' && entity.groups.length > 0) return 'remove users from group'
  if (entity.kind === 'group' && membersIn(draft, entity).length > 0) return 'remove users from group'
  if (entity.kind === 'user' && keysOf(draft, entity).length > 0) return 'delete access keys'
  if (entity.attachedPolicies.length > 0) return 'detach all policies'
  if (Object.keys(entity.inlinePolicies).length > 0) return 'delete policies'
  return undefined
}

/** Takes along what refers to a user or group by its name. */
function move(draft: CatalogDraft, before: Entity, after: Entity): void {
  draft.delete(entitiesOf(before.kind), entityKey(before))
  if (before.kind === 'user') {
    for (const key of keysOf(draft, before)) {
      draft.put(accessKeys, key.id, { ...key, owner: { kind: 'user', account: after.account, name: after.name } })
    }
  }
  if (before.kind === 'group') {
    for (const user of membersIn(draft, before)) {
      const groups = user.groups.map((group) =>
        group === before.name.toLowerCase() ? after.name.toLowerCase() : group,
      )
      draft.put(entitiesOf('user'), entityKey(user), { ...user, groups })
    }
  }
}

/** The access keys of a user, oldest first. */
export function keysOf(reader: CatalogReader, user: { readonly account: string; readonly name: string }) {
  return reader
    .list(accessKeys)
    .map(({ value }) => value)
    .filter(({ owner }) => owner.kind === 'user' && entityKey(owner) === entityKey(user))
    .sort((a, b) => a.createdAtMs - b.createdAtMs)
}

function membersIn(reader: CatalogReader, group: { readonly account: string; readonly name: string }): readonly User[] {
  return reader
    .list(entitiesOf('user'), `${group.account}/`)
    .map(({ value }) => value)
    .filter(({ groups }) => groups.includes(group.name.toLowerCase()))
}

function refuseMissing({ kind, name }: EntityName, refuse: Refuse<'NoSuchEntityException'>): never {
  return refuse('NoSuchEntityException', `The ${kind} with name ${name} cannot be found.`)
}

/** The refusal of a name that is in use. */
export function refuseTaken({ kind, name }: EntityName, refuse: Refuse<'EntityAlreadyExistsException'>): never {
  const Kind = { user: 'User', group: 'Group', role: 'Role' }[kind]
  return refuse('EntityAlreadyExistsException', `${Kind} with name ${name} already exists.`)
}
