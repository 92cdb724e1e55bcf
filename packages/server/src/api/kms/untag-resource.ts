import type { UntagResourceRequest } from '../generated/kms.ts'
import { management, onKey } from './addressed-key.ts'
import { changeKey, requireKept } from './change-key.ts'
import { defineOperation } from './service.ts'

export const untagResource = defineOperation({
  name: 'UntagResource',
  action: 'kms:UntagResource',
  uses: ['kms'],
  readOnly: false,
  access: onKey('kms:UntagResource', management, (input: UntagResourceRequest) => ({ 'aws:TagKeys': input.TagKeys })),
  run(input, { kms }, call, fail) {
    return changeKey({ kms }, call, fail, (key) => {
      requireKept(key, fail)
      return { ...key, tags: key.tags.filter((tag) => !input.TagKeys.includes(tag.key)) }
    })
  },
})
