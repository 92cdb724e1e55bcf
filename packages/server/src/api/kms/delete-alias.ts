import { askedKey } from './addressed-key.ts'
import { failNoAlias, onAlias } from './alias-access.ts'
import { answerNothing } from './change-key.ts'
import { defineOperation } from './service.ts'

export const deleteAlias = defineOperation({
  name: 'DeleteAlias',
  action: 'kms:DeleteAlias',
  uses: ['kms'],
  readOnly: false,
  access(input, needs, call, fail) {
    const place = { account: call.account, region: call.region, name: input.AliasName }
    const alias = needs.kms.findAlias(place) ?? failNoAlias(place, call, fail)
    return onAlias('kms:DeleteAlias', input.AliasName, [alias.keyId], needs, call, fail)
  },
  async run(input, { kms }, call, fail) {
    const { id, arn } = askedKey({ kms }, call, fail)
    const place = { account: call.account, region: call.region, name: input.AliasName }
    await kms.editAlias(call.cause, place, (alias) =>
      alias?.keyId === id ? undefined : failNoAlias(place, call, fail),
    )
    return answerNothing(call, arn)
  },
})
