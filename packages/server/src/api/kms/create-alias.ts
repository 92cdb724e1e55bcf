import { aliasArn, aliasNameProblem } from '../../kms/index.ts'
import { askedKey, texts } from './addressed-key.ts'
import { onAlias } from './alias-access.ts'
import { answerNothing, requireKept } from './change-key.ts'
import { defineOperation } from './service.ts'

export const createAlias = defineOperation({
  name: 'CreateAlias',
  action: 'kms:CreateAlias',
  uses: ['kms', 'clock'],
  readOnly: false,
  access(input, needs, call, fail) {
    const problem = aliasNameProblem(input.AliasName)
    if (problem === 'no-prefix') fail('ValidationException', 'Alias must start with the prefix "alias/".')
    if (problem !== undefined) fail('InvalidAliasNameException', `The alias name ${input.AliasName} is not valid.`)
    return onAlias('kms:CreateAlias', input.AliasName, [input.TargetKeyId], needs, call, fail)
  },
  async run(input, { kms, clock }, call, fail) {
    const { id, arn } = askedKey({ kms }, call, fail)
    const place = { account: call.account, region: call.region, name: input.AliasName }
    const nowMs = clock.nowMs()
    await kms.editAlias(call.cause, place, (alias, keyOf) => {
      if (alias !== undefined) {
        fail('AlreadyExistsException', `An alias with the name ${aliasArn(call.partition, place)} already exists`)
      }
      requireKept(keyOf(id) ?? fail('NotFoundException', texts.noKey(arn)), fail)
      return { ...place, keyId: id, createdAtMs: nowMs, updatedAtMs: nowMs }
    })
    return answerNothing(call, arn)
  },
})
