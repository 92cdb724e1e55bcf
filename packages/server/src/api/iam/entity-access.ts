import type { EntityKind, Identity, Tag } from '../../identity/index.ts'
import type { AccessRequest, Call } from '../operation.ts'
import { callersName } from './entity-name.ts'

/** Members of IAM's requests that policies can ask about. */
interface Asked {
  readonly Path?: string | undefined
  readonly PolicyArn?: string | undefined
  readonly PermissionsBoundary?: string | undefined
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[] | undefined
  readonly TagKeys?: readonly string[] | undefined
}

type Access<Input> = (
  input: Input,
  capabilities: { readonly identity: Identity },
  call: Call,
) => readonly AccessRequest[]

/** One question about the user the request names, or the caller where it names none. */
export function onUser(action: string): Access<Asked & { readonly UserName?: string | undefined }> {
  return (input, { identity }, call) => {
    const name = input.UserName ?? callersName(call)
    return [question(action, name === undefined ? undefined : { kind: 'user', name }, input, identity, call)]
  }
}

export function onGroup(action: string): Access<Asked & { readonly GroupName: string }> {
  return (input, { identity }, call) => [
    question(action, { kind: 'group', name: input.GroupName }, input, identity, call),
  ]
}

export function onRole(action: string): Access<Asked & { readonly RoleName: string }> {
  return (input, { identity }, call) => [
    question(action, { kind: 'role', name: input.RoleName }, input, identity, call),
  ]
}

export function onPolicy(action: string): Access<Asked & { readonly PolicyArn: string }> {
  return (input, { identity }) => [
    {
      action,
      resource: input.PolicyArn,
      context: { ...requestContext(input), ...resourceTags(identity.policies.find(input.PolicyArn)?.tags) },
    },
  ]
}

/** The path counts as the request gives it for what is to be made, else as it is stored. */
function question(
  action: string,
  named: { readonly kind: EntityKind; readonly name: string } | undefined,
  input: Asked,
  identity: Identity,
  { account }: Call,
): AccessRequest {
  if (named === undefined) return { action, resource: '*', context: requestContext(input) }
  const found = identity.entities.find({ ...named, account })
  const resource = identity.entities.arn(found ?? { ...named, account, path: input.Path ?? '/' })
  const boundary = found !== undefined && found.kind !== 'group' ? found.boundary : undefined
  const context = {
    // Where the request brings none, the one that is there is asked about: so boundaries that must stay do.
    ...(boundary !== undefined && { 'iam:PermissionsBoundary': boundary }),
    ...requestContext(input),
    ...resourceTags(found?.tags),
  }
  return { action, resource, context }
}

/** @source Service Authorization Reference, condition keys of IAM */
export function requestContext(input: Asked): Readonly<Record<string, string | readonly string[]>> {
  const tagKeys = input.TagKeys ?? input.Tags?.map(({ Key }) => Key)
  return {
    ...(input.PolicyArn === undefined ? {} : { 'iam:PolicyARN': input.PolicyArn }),
    ...(input.PermissionsBoundary === undefined ? {} : { 'iam:PermissionsBoundary': input.PermissionsBoundary }),
    ...(tagKeys === undefined ? {} : { 'aws:TagKeys': tagKeys }),
    ...Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
  }
}

function resourceTags(tags: readonly Tag[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(
    tags.flatMap(({ key, value }) => [
      [`aws:ResourceTag/${key}`, value],
      [`iam:ResourceTag/${key}`, value],
    ]),
  )
}
