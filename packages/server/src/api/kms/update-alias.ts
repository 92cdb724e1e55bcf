import { askedKey, texts } from './addressed-key.ts'
import { failNoAlias, onAlias } from './alias-access.ts'
import { answerNothing, requireKept } from './change-key.ts'
import { defineOperation } from './service.ts'

export const updateAlias = defineOperation({
  name: 'UpdateAlias',
  action: 'kms:UpdateAlias',
  uses: ['kms', 'clock'],
  readOnly: false,
  // Both keys are asked: the one that gets the alias, and the one that loses it.
  access(input, needs, call, fail) {
    const place = { account: call.account, region: call.region, name: input.AliasName }
    const alias = needs.kms.findAlias(place) ?? failNoAlias(place, call, fail)
    return onAlias('kms:UpdateAlias', input.AliasName, [input.TargetKeyId, alias.keyId], needs, call, fail)
  },
  async run(input, { kms, clock }, call, fail) {
    const { id, arn } = askedKey({ kms }, call, fail)
    const place = { account: call.account, region: call.region, name: input.AliasName }
    const losing = askedKey({ kms }, call, fail, 1)
    await kms.editAlias(call.cause, place, (alias, keyOf) => {
      // Another key than the one that was asked about: somebody moved the alias meanwhile.
      if (alias === undefined || alias.keyId !== losing.id) return failNoAlias(place, call, fail)
      requireKept(keyOf(id) ?? fail('NotFoundException', texts.noKey(arn)), fail)
      return { ...alias, keyId: id, updatedAtMs: clock.nowMs() }
    })
    return answerNothing(call, arn)
  },
})
