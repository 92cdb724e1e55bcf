import { defineOperation } from './service.ts'
import { failUnknownResource, resolveTagged, taggedAccess } from './tagged-resource.ts'

/** Only the keys count; those that are not there need no removing. */
export const removeTags = defineOperation({
  name: 'RemoveTags',
  action: 'cloudtrail:RemoveTags',
  uses: ['trails'],
  readOnly: false,
  access: (input, { trails }, call) =>
    taggedAccess('cloudtrail:RemoveTags', input.ResourceId, call, trails, input.TagsList),
  async run(input, { trails }, call, fail) {
    const { arn, account, homeRegion: region, name } = resolveTagged(input.ResourceId, trails, call, fail)
    const keys = new Set(input.TagsList.map(({ Key: key }) => key))
    const edited = await trails.edit(call.cause, { account, region, name }, (trail) => ({
      ...trail,
      tags: trail.tags.filter(({ key }) => !keys.has(key)),
    }))
    return edited ? {} : failUnknownResource(arn, fail)
  },
})
