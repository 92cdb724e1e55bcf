import type { Tag } from '../../trails/index.ts'
import { defineOperation } from './service.ts'
import { checkTagCount, checkTags } from './tag-rules.ts'
import { failUnknownResource, resolveTagged, taggedAccess } from './tagged-resource.ts'

/** Adds tags, and gives those that are there the new value. */
export const addTags = defineOperation({
  name: 'AddTags',
  action: 'cloudtrail:AddTags',
  uses: ['trails'],
  readOnly: false,
  access: (input, { trails }, call) =>
    taggedAccess('cloudtrail:AddTags', input.ResourceId, call, trails, input.TagsList),
  async run(input, { trails }, call, fail) {
    const { arn, account, homeRegion: region, name } = resolveTagged(input.ResourceId, trails, call, fail)
    const added = checkTags(input.TagsList, fail)
    const edited = await trails.edit(call.cause, { account, region, name }, (trail) => {
      const tags = merge(trail.tags, added)
      checkTagCount(tags, fail)
      return { ...trail, tags }
    })
    return edited ? {} : failUnknownResource(arn, fail)
  },
})

function merge(tags: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  const byKey = new Map([...tags, ...added].map((tag) => [tag.key, tag]))
  return [...byKey.values()]
}
