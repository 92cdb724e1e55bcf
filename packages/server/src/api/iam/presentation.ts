import type { Group, Identity, ManagedPolicy, PolicyVersion, Role, Tag, User } from '../../identity/index.ts'
import type * as iam from '../generated/iam.ts'

/*
 * Identity's documents in the words of the API. Lists show less than single answers do (no tags, no boundary), as on
 * AWS; where that differs the caller leaves members out.
 */

export function presentUser(user: User, identity: Identity): iam.User {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: identity.entities.arn(user),
    CreateDate: wholeSeconds(user.createdAtMs),
    ...presentBoundary(user.boundary),
    ...(user.tags.length === 0 ? {} : { Tags: presentTags(user.tags) }),
  }
}

export function presentGroup(group: Group, identity: Identity): iam.Group {
  return {
    Path: group.path,
    GroupName: group.name,
    GroupId: group.id,
    Arn: identity.entities.arn(group),
    CreateDate: wholeSeconds(group.createdAtMs),
  }
}

export function presentRole(role: Role, identity: Identity): iam.Role {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: identity.entities.arn(role),
    CreateDate: wholeSeconds(role.createdAtMs),
    AssumeRolePolicyDocument: encodeDocument(role.trustPolicy),
    ...(role.description === undefined ? {} : { Description: role.description }),
    MaxSessionDuration: role.sessionSecondsMax,
    ...presentBoundary(role.boundary),
    ...(role.tags.length === 0 ? {} : { Tags: presentTags(role.tags) }),
  }
}

export function presentPolicy(
  policy: ManagedPolicy,
  usage: { readonly attached: number; readonly boundaries: number } | undefined,
): iam.Policy {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion,
    AttachmentCount: usage?.attached ?? 0,
    PermissionsBoundaryUsageCount: usage?.boundaries ?? 0,
    IsAttachable: true,
    CreateDate: wholeSeconds(policy.createdAtMs),
    UpdateDate: wholeSeconds(policy.updatedAtMs),
  }
}

/** The document only where it is asked for. */
export function presentVersion(
  policy: ManagedPolicy,
  version: PolicyVersion,
  withDocument: 'with document' | 'without document',
): iam.PolicyVersion {
  return {
    ...(withDocument === 'with document' ? { Document: encodeDocument(version.document) } : {}),
    VersionId: version.id,
    IsDefaultVersion: version.id === policy.defaultVersion,
    CreateDate: wholeSeconds(version.createdAtMs),
  }
}

export function presentTags(tags: readonly Tag[]): iam.Tag[] {
  return tags.map(({ key, value }) => ({ Key: key, Value: value }))
}

export function readTags(tags: readonly iam.Tag[] = []): Tag[] {
  return tags.map(({ Key, Value }) => ({ key: Key, value: Value }))
}

/** `IsTruncated` and `Marker` of a list. */
export function pageMembers(page: { readonly isTruncated: boolean; readonly marker?: string }) {
  return { IsTruncated: page.isTruncated, ...(page.marker === undefined ? {} : { Marker: page.marker }) }
}

/** Documents travel percent-encoded after RFC 3986. */
export function encodeDocument(document: string): string {
  return encodeURIComponent(document).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** IAM's times have no fractions. */
export function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000
}

function presentBoundary(boundary: string | undefined): Pick<iam.User, 'PermissionsBoundary'> {
  if (boundary === undefined) return {}
  return {
    PermissionsBoundary: { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: boundary },
  }
}
