import type { Tag } from '../../trails/index.ts'
import { defineOperation } from './service.ts'
import { checkTagCount, checkTags } from './tag-rules.ts'
import { failUnknownResource, resolveTagged, taggedAccess } from './tagged-resource.ts'

/** Adds tags, and gives those that are there the new value. */
export const addTags = defineOperation({
  name: 'AddTags',
  action: 'cloudtrail:AddTags',
  uses: ['trails', 'eventDataStores', 'channels'],
  readOnly: false,
  access: (input, resources, call) =>
    taggedAccess('cloudtrail:AddTags', input.ResourceId, call, resources, input.TagsList),
  async run(input, resources, call, fail) {
    const resource = resolveTagged(input.ResourceId, resources, call, fail)
    const added = checkTags(input.TagsList, fail)
    const isThere = await resource.editTags(call.cause, (tags) => {
      const merged = merge(tags, added)
      checkTagCount(merged, fail)
      return merged
    })
    return isThere ? {} : failUnknownResource(input.ResourceId, fail)
  },
})

function merge(tags: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  const byKey = new Map([...tags, ...added].map((tag) => [tag.key, tag]))
  return [...byKey.values()]
}
