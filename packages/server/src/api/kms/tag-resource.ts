import type { TagResourceRequest } from '../generated/kms.ts'
import { management, onKey } from './addressed-key.ts'
import { changeKey, requireKept } from './change-key.ts'
import { defineOperation } from './service.ts'
import { readTags, requestTagKeys, withTags } from './tag-rules.ts'

export const tagResource = defineOperation({
  name: 'TagResource',
  action: 'kms:TagResource',
  uses: ['kms'],
  readOnly: false,
  access: onKey('kms:TagResource', management, (input: TagResourceRequest) => requestTagKeys(input.Tags)),
  run(input, { kms }, call, fail) {
    const tags = readTags(input.Tags, fail)
    return changeKey({ kms }, call, fail, (key) => {
      requireKept(key, fail)
      return { ...key, tags: withTags(key.tags, tags, fail) }
    })
  },
})
