import { type Channel, channelArn, isKnownSource } from '../../lake/channels/index.ts'
import { failChannelConflict } from './channel-conflict.ts'
import { describeChannel, resolveDestinations } from './channel-description.ts'
import { defineOperation } from './service.ts'
import { checkTags } from './tag-rules.ts'
import { requestTagKeys } from './trail-access.ts'

export const createChannel = defineOperation({
  name: 'CreateChannel',
  action: 'cloudtrail:CreateChannel',
  uses: ['channels', 'eventDataStores', 'ids', 'clock', 'quotas'],
  readOnly: false,
  // Tags are a permission of their own.
  access({ Tags: tags = [] }, _capabilities, { partition, account, region }) {
    const resource = channelArn({ partition, account, region, id: '*' })
    const actions = ['cloudtrail:CreateChannel', ...(tags.length > 0 ? ['cloudtrail:AddTags'] : [])]
    return actions.map((action) => ({ action, resource, context: requestTagKeys(tags) }))
  },
  async run(input, { channels, eventDataStores, ids, clock, quotas }, call, fail) {
    const { Name: name, Source: source } = input
    if (!isKnownSource(source)) {
      fail('InvalidSourceException', `The source ${source} is not valid: name an integration partner, or Custom.`)
    }
    const { partition, account, region } = call
    const destinations = resolveDestinations(input.Destinations, eventDataStores, call, fail)
    const tags = checkTags(input.Tags ?? [], fail)
    const id = ids.uuid() as Channel['id']
    const arn = channelArn({ partition, account, region, id })
    const nowMs = clock.nowMs()
    const channel = {
      id,
      arn,
      name,
      account,
      region,
      source,
      destinations,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      tags,
    }
    const obstacle = await channels.create(call.cause, channel, quotas.channelsPerRegionMax)
    if (obstacle?.kind === 'too-many') {
      return fail(
        'ChannelMaxLimitExceededException',
        `User: ${account} already has ${obstacle.count} channels in ${region}.`,
      )
    }
    if (obstacle !== undefined) failChannelConflict(obstacle, channel, fail)
    return { ...describeChannel(channel, call), ...(tags.length > 0 && { Tags: input.Tags }) }
  },
})
