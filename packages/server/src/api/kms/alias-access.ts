import { aliasArn, type Kms, type KmsAlias } from '../../kms/index.ts'
import type { AccessRequest, Call, Fail } from '../operation.ts'
import { addressKey, askKey, management, noteKeys } from './addressed-key.ts'

type AliasPlace = Pick<KmsAlias, 'account' | 'region' | 'name'>

/**
 * The questions of a call on an alias: the caller's policies about the alias, and about each key as for any call on it.
 * The first key is the one of `askedKey`.
 *
 * @source KMS Developer Guide, controlling access to aliases
 */
export function onAlias(
  action: string,
  name: string,
  keyIds: readonly string[],
  needs: { readonly kms: Kms },
  call: Call,
  fail: Fail<'NotFoundException'>,
): readonly AccessRequest[] {
  const { account, region, partition } = call
  const keys = keyIds.map((id) => addressKey(id, management, needs, call, fail))
  noteKeys(call, keys)
  const arn = aliasArn(partition, { account, region, name })
  // Records show an alias, too, as a resource of the key's type.
  const alias = { accountId: account, type: 'AWS::KMS::Key', ARN: arn }
  call.notes.resources = [...(call.notes.resources ?? []), alias]
  return [{ action, resource: arn }, ...keys.map((key) => askKey(action, key, needs, call))]
}

export function failNoAlias(place: AliasPlace, { partition }: Call, fail: Fail<'NotFoundException'>): never {
  return fail('NotFoundException', `Alias ${aliasArn(partition, place)} is not found.`)
}
