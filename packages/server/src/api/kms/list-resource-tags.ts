import { askedKey, onKey } from './addressed-key.ts'
import { listPage } from './list-page.ts'
import { defineOperation } from './service.ts'

export const listResourceTags = defineOperation({
  name: 'ListResourceTags',
  action: 'kms:ListResourceTags',
  uses: ['kms'],
  readOnly: true,
  access: onKey('kms:ListResourceTags'),
  run(input, { kms }, call, fail) {
    const { tags } = askedKey({ kms }, call, fail)
    const { items, members } = listPage(tags, ({ key }) => key, input, fail)
    return { Tags: items.map(({ key, value }) => ({ TagKey: key, TagValue: value })), ...members }
  },
})
