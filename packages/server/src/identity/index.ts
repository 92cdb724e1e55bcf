export type { AccessKeys, NewAccessKey } from './access-keys.ts'
export type { Credential, CredentialMode, CredentialRefusal } from './credentials.ts'
export type { EffectivePolicies } from './effective-policies.ts'
export type {
  AccessKey,
  Entity,
  EntityKind,
  EntityName,
  Group,
  ManagedPolicy,
  PolicyVersion,
  Role,
  Tag,
  User,
} from './entity.ts'
export {
  inlinePolicy,
  modifiable,
  renamed,
  withAttachedPolicy,
  withBoundary,
  withGroup,
  withInlinePolicy,
  withoutAttachedPolicy,
  withoutBoundary,
  withoutGroup,
  withoutInlinePolicy,
  withoutTags,
  withTags,
} from './entity-edits.ts'
export type { InstallationKeys, KeyPair } from './first-start.ts'
export { createIdentity, type Identity, type IdentityOptions } from './identity.ts'
export { limits } from './limits.ts'
export {
  policyVersion,
  withDefaultVersion,
  withoutVersion,
  withVersion,
} from './managed-policies.ts'
export { type Page, pageOf } from './paging.ts'
export type {
  AnonymousPrincipal,
  OperatorPrincipal,
  Principal,
  RoleSessionPrincipal,
  RootPrincipal,
  ServicePrincipal,
  SessionFacts,
  UserPrincipal,
} from './principal.ts'
export { callerId, recordIdentity, recordIdentityForOwner } from './record-identity.ts'
export type { Refuse } from './refuse.ts'
export { serviceLinkedRole } from './service-linked-role.ts'
export type { IssuedSession } from './sessions.ts'
export { accountOfAccessKeyId } from './unique-id.ts'
