import { failChannelConflict } from './channel-conflict.ts'
import { describeChannel, resolveDestinations } from './channel-description.ts'
import { channelAccess, failUnknownChannel, resolveChannel } from './channel-reference.ts'
import { defineOperation } from './service.ts'

/** Gives a channel another name or other destinations; its source stays what it is. */
export const updateChannel = defineOperation({
  name: 'UpdateChannel',
  action: 'cloudtrail:UpdateChannel',
  uses: ['channels', 'eventDataStores', 'clock'],
  readOnly: false,
  access: (input, { channels }, call) => channelAccess('cloudtrail:UpdateChannel', input.Channel, call, channels),
  async run(input, { channels, eventDataStores, clock }, call, fail) {
    const { id, arn, name, source } = resolveChannel(input.Channel, channels, call, fail)
    if (input.Name === undefined && input.Destinations === undefined) {
      fail('InvalidParameterException', 'Specify Name or Destinations.')
    }
    const destinations = input.Destinations && resolveDestinations(input.Destinations, eventDataStores, call, fail)
    const edited = await channels.edit(call.cause, id, (channel) => ({
      ...channel,
      name: input.Name ?? channel.name,
      destinations: destinations ?? channel.destinations,
      updatedAtMs: clock.nowMs(),
    }))
    if (edited === undefined) return failUnknownChannel(arn, fail)
    if ('channel' in edited) return describeChannel(edited.channel, call)
    return failChannelConflict(edited.conflict, { name: input.Name ?? name, source }, fail)
  },
})
