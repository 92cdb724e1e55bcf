import { defineOperation } from './service.ts'
import { checkTagKeys } from './tag-rules.ts'
import { failUnknownResource, resolveTagged, taggedAccess } from './tagged-resource.ts'

/** Only the keys count; those that are not there need no removing. */
export const removeTags = defineOperation({
  name: 'RemoveTags',
  action: 'cloudtrail:RemoveTags',
  uses: ['trails', 'eventDataStores', 'channels'],
  readOnly: false,
  access: (input, resources, call) =>
    taggedAccess('cloudtrail:RemoveTags', input.ResourceId, call, resources, input.TagsList),
  async run(input, resources, call, fail) {
    const resource = resolveTagged(input.ResourceId, resources, call, fail)
    const keys = checkTagKeys(input.TagsList, fail)
    const isThere = await resource.editTags(call.cause, (tags) => tags.filter(({ key }) => !keys.has(key)))
    return isThere ? {} : failUnknownResource(input.ResourceId, fail)
  },
})
