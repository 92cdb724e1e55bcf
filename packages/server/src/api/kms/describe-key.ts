import { askedKey, cryptographic, onKey } from './addressed-key.ts'
import { describeMetadata } from './describe-metadata.ts'
import { defineOperation } from './service.ts'

export const describeKey = defineOperation({
  name: 'DescribeKey',
  action: 'kms:DescribeKey',
  uses: ['kms'],
  readOnly: true,
  access: onKey('kms:DescribeKey', cryptographic),
  run(_input, { kms }, call, fail) {
    return { KeyMetadata: describeMetadata(askedKey({ kms }, call, fail)) }
  },
})
