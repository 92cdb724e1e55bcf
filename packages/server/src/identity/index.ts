export type { CredentialMode, CredentialRefusal } from './credentials.ts'
export type {
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
export type { InstallationKeys } from './first-start.ts'
export { createIdentity, type Identity } from './identity.ts'
export { limits } from './limits.ts'
export { policyVersion, withDefaultVersion, withoutVersion, withVersion } from './managed-policies.ts'
export { type Page, pageOf } from './paging.ts'
export { inPoliciesOf, type RenamePrincipal } from './policy-principals.ts'
export type { Principal, RoleSessionPrincipal } from './principal.ts'
export { callerId, recordIdentity, recordIdentityForOwner } from './record-identity.ts'
export type { Refuse } from './refuse.ts'
export { serviceLinkedRole } from './service-linked-role.ts'
export type { IssuedSession } from './sessions.ts'
export { accountOfAccessKeyId } from './unique-id.ts'
