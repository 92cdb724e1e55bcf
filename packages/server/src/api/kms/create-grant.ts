import { isPrincipalArn } from '@cairn/aws-kit/iam'
import type { Identity } from '../../identity/index.ts'
import type { GrantConstraint, KmsGrant } from '../../kms/index.ts'
import type { CreateGrantRequest } from '../generated/kms.ts'
import type { Fail } from '../operation.ts'
import { addressKey, askKey, noteKeys } from './addressed-key.ts'
import { usableKey } from './crypto-request.ts'
import { checkGrantTokens, writeGrantToken } from './grant-token.ts'
import { defineOperation } from './service.ts'

export const createGrant = defineOperation({
  name: 'CreateGrant',
  action: 'kms:CreateGrant',
  uses: ['kms', 'identity', 'ids', 'clock'],
  readOnly: false,
  access(input, needs, call, fail) {
    const { GranteePrincipal: grantee, RetiringPrincipal: retirer } = input
    checkGrantTokens(input.GrantTokens, fail)
    const addressed = addressKey(input.KeyId, { takes: 'key', crossAccount: true }, needs, call, fail)
    noteKeys(call, [addressed])
    const constraint = constraintOf(input)
    const wanted = { operations: input.Operations, ...(constraint && { constraint }) }
    const kind = constraint?.kind === 'equals' ? 'EncryptionContextEquals' : 'EncryptionContextSubset'
    const context = {
      'kms:GrantIsForAWSResource': 'false',
      'kms:GrantOperations': input.Operations,
      ...(constraint && { 'kms:GrantConstraintType': kind }),
      ...(grantee !== undefined && { 'kms:GranteePrincipal': grantee }),
      ...(retirer !== undefined && { 'kms:RetiringPrincipal': retirer }),
    }
    return [
      askKey('kms:CreateGrant', addressed, needs, call, {
        wanted,
        context,
        ...(constraint && { encryptionContext: constraint.context }),
      }),
    ]
  },
  async run(input, { kms, identity, ids, clock }, call, fail) {
    const { RetiringPrincipal: retirer, Name: name } = input
    checkBuilt(input, fail)
    const grantee = input.GranteePrincipal ?? fail('ValidationException', 'GranteePrincipal is required.')
    for (const principal of [grantee, ...(retirer === undefined ? [] : [retirer])]) {
      checkPrincipal(principal, identity, fail)
    }
    const key = usableKey({ kms }, call, fail, input)
    const constraint = constraintOf(input)
    const { account, region, id } = key
    const made = await kms.grants.create(call.cause, {
      id: Buffer.from(ids.bytes(32)).toString('hex'),
      key: { account, region, id },
      ...(name !== undefined && { name }),
      createdAtMs: clock.nowMs(),
      issuer: call.account,
      grantee,
      ...(retirer !== undefined && { retirer }),
      operations: [...new Set(input.Operations)],
      ...(constraint && { constraint }),
    } satisfies KmsGrant)
    if (made === 'too-many') return fail('LimitExceededException', 'The key has as many grants as a key can have.')
    // The token is for the grantee, not for whoever reads the record.
    call.notes.responseElements = { grantId: made.id, keyId: key.arn }
    return { GrantId: made.id, GrantToken: writeGrantToken(key.arn, made.id) }
  },
})

/** What a symmetric key is used for. @source KMS Developer Guide, grant operations */
const grantOperations: readonly string[] = [
  'CreateGrant',
  'Decrypt',
  'DescribeKey',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
  'RetireGrant',
]

function checkBuilt(input: CreateGrantRequest, fail: Fail<'ValidationException'>): void {
  const unbuilt = {
    GranteeServicePrincipal: input.GranteeServicePrincipal,
    RetiringServicePrincipal: input.RetiringServicePrincipal,
    'Constraints.SourceArn': input.Constraints?.SourceArn,
  }
  for (const [name, value] of Object.entries(unbuilt)) {
    if (value !== undefined)
      fail('ValidationException', `Cairn's grants are for users, roles and accounts: leave ${name} out.`)
  }
  const strange = input.Operations.find((operation) => !grantOperations.includes(operation))
  if (strange !== undefined) {
    fail('ValidationException', `Operation ${strange} is not supported for a key of KeyUsage ENCRYPT_DECRYPT.`)
  }
  const { EncryptionContextEquals: equals, EncryptionContextSubset: subset } = input.Constraints ?? {}
  if (equals !== undefined && subset !== undefined) {
    fail('ValidationException', 'EncryptionContextEquals and EncryptionContextSubset cannot both be specified.')
  }
}

function checkPrincipal(
  principal: string,
  { mayExist }: Pick<Identity, 'mayExist'>,
  fail: Fail<'InvalidArnException'>,
): void {
  const isForm = /^\d{12}$/.test(principal) || isPrincipalArn(principal)
  if (!isForm || !mayExist(principal)) {
    fail('InvalidArnException', `ARN does not refer to a valid principal: ${principal}`)
  }
}

function constraintOf({ Constraints: given }: CreateGrantRequest): GrantConstraint | undefined {
  const { EncryptionContextEquals: equals, EncryptionContextSubset: subset } = given ?? {}
  if (equals !== undefined) return { kind: 'equals', context: equals }
  return subset && { kind: 'subset', context: subset }
}
