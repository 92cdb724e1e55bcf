import { aliasArn } from '../../kms/index.ts'
import { addressKey, management } from './addressed-key.ts'
import { listPage } from './list-page.ts'
import { defineOperation } from './service.ts'

export const listAliases = defineOperation({
  name: 'ListAliases',
  action: 'kms:ListAliases',
  uses: ['kms'],
  readOnly: true,
  run(input, { kms }, call, fail) {
    const { account, region, partition } = call
    const all = kms.aliasesIn(account, region)
    const target = input.KeyId === undefined ? undefined : addressKey(input.KeyId, management, { kms }, call, fail)
    if (target?.kind === 'hidden') return fail('NotFoundException', `Invalid arn ${target.arn}`)
    const aliases = target === undefined ? all : all.filter(({ keyId }) => keyId === target.key.id)
    const { items, members } = listPage(aliases, ({ name }) => name, input, fail)
    return {
      Aliases: items.map((alias) => ({
        AliasName: alias.name,
        AliasArn: aliasArn(partition, alias),
        TargetKeyId: alias.keyId,
        CreationDate: alias.createdAtMs,
        LastUpdatedDate: alias.updatedAtMs,
      })),
      ...members,
    }
  },
})
