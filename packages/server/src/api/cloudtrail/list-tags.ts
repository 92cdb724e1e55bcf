import { defineOperation } from './service.ts'
import { resolveTagged, taggedAccess } from './tagged-resource.ts'

const resourcesMax = 20

/** Tags of several resources, in the order asked; one that has none is listed all the same. */
export const listTags = defineOperation({
  name: 'ListTags',
  action: 'cloudtrail:ListTags',
  uses: ['trails', 'eventDataStores', 'channels'],
  readOnly: true,
  access: (input, resources, call) =>
    input.ResourceIdList.length === 0
      ? [{ action: 'cloudtrail:ListTags', resource: '*' }]
      : input.ResourceIdList.slice(0, resourcesMax).flatMap((arn) =>
          taggedAccess('cloudtrail:ListTags', arn, call, resources),
        ),
  run(input, resources, call, fail) {
    const arns = input.ResourceIdList
    if (input.NextToken !== undefined) fail('InvalidTokenException', 'The token is not valid: all tags fit one page.')
    if (arns.length > resourcesMax) {
      fail(
        'ValidationException',
        `1 validation error detected: Value at 'resourceIdList' failed to satisfy constraint: Member must have length less than or equal to ${resourcesMax}`,
      )
    }
    // The model of this operation, unlike those of its sisters, has no error of its own for a channel that is not there.
    const refuse: Parameters<typeof resolveTagged>[3] = (code, message) =>
      fail(code === 'ChannelNotFoundException' ? 'ResourceNotFoundException' : code, message)
    return {
      ResourceTagList: arns.map((arn) => ({
        ResourceId: arn,
        TagsList: resolveTagged(arn, resources, call, refuse).tags.map(({ key, value }) => ({
          Key: key,
          ...(value !== undefined && { Value: value }),
        })),
      })),
    }
  },
})
