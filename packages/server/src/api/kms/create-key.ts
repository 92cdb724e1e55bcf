import { defaultKeyPolicy } from '../../kms/index.ts'
import type { CreateKeyRequest } from '../generated/kms.ts'
import type { Fail } from '../operation.ts'
import { keyResource } from './addressed-key.ts'
import { describeMetadata } from './describe-metadata.ts'
import { checkKeyPolicy } from './policy-rules.ts'
import { defineOperation } from './service.ts'
import { readTags, requestTagKeys, withTags } from './tag-rules.ts'

export const createKey = defineOperation({
  name: 'CreateKey',
  action: 'kms:CreateKey',
  uses: ['kms', 'identity'],
  readOnly: false,
  // Tags are a permission of their own.
  access(input) {
    const tags = input.Tags ?? []
    const context = {
      'kms:KeySpec': input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT',
      'kms:KeyUsage': input.KeyUsage ?? 'ENCRYPT_DECRYPT',
      'kms:KeyOrigin': input.Origin ?? 'AWS_KMS',
      'kms:MultiRegion': String(input.MultiRegion ?? false),
      'kms:BypassPolicyLockoutSafetyCheck': String(input.BypassPolicyLockoutSafetyCheck ?? false),
      ...requestTagKeys(tags),
    }
    const actions = ['kms:CreateKey', ...(tags.length > 0 ? ['kms:TagResource'] : [])]
    return actions.map((action) => ({ action, resource: '*', context }))
  },
  async run(input, { kms, identity }, call, fail) {
    checkKind(input, fail)
    const tags = withTags([], readTags(input.Tags ?? [], fail), fail)
    const key = await kms.create(call.cause, {
      account: call.account,
      region: call.region,
      description: input.Description ?? '',
      tags,
      policy(arn) {
        if (input.Policy === undefined) return defaultKeyPolicy(call.partition, call.account)
        const key = { arn, account: call.account }
        checkKeyPolicy({ ...input, Policy: input.Policy }, key, identity, call, fail)
        return input.Policy
      },
    })
    call.notes.resources = [keyResource(key)]
    return { KeyMetadata: describeMetadata(key) }
  },
})

/** Cairn makes symmetric keys for encryption, in its own vault and for one region. */
function checkKind(input: CreateKeyRequest, fail: Fail<'UnsupportedOperationException' | 'ValidationException'>): void {
  const { KeySpec: spec, CustomerMasterKeySpec: oldSpec, KeyUsage: usage } = input
  if (spec !== undefined && oldSpec !== undefined) {
    fail('ValidationException', 'You cannot specify KeySpec and CustomerMasterKeySpec in the same request.')
  }
  const wanted = spec ?? oldSpec ?? 'SYMMETRIC_DEFAULT'
  if (wanted !== 'SYMMETRIC_DEFAULT' && usage === undefined) {
    fail(
      'ValidationException',
      'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.',
    )
  }
  const unbuilt: readonly (readonly [string, boolean])[] = [
    [`KeySpec ${wanted}`, wanted !== 'SYMMETRIC_DEFAULT'],
    [`KeyUsage ${usage}`, usage !== undefined && usage !== 'ENCRYPT_DECRYPT'],
    [`Origin ${input.Origin}`, input.Origin !== undefined && input.Origin !== 'AWS_KMS'],
    ['MultiRegion', input.MultiRegion === true],
    ['CustomKeyStoreId', input.CustomKeyStoreId !== undefined],
    ['XksKeyId', input.XksKeyId !== undefined],
  ]
  for (const [what, isAsked] of unbuilt) {
    if (isAsked)
      fail(
        'UnsupportedOperationException',
        `Cairn has only symmetric encryption keys of its own: ${what} is not supported.`,
      )
  }
}
