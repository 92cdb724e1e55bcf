import { channelAccess, failUnknownChannel, resolveChannel } from './channel-reference.ts'
import { defineOperation } from './service.ts'

/** What came through the channel stays in its event data stores. */
export const deleteChannel = defineOperation({
  name: 'DeleteChannel',
  action: 'cloudtrail:DeleteChannel',
  uses: ['channels'],
  readOnly: false,
  access: (input, { channels }, call) => channelAccess('cloudtrail:DeleteChannel', input.Channel, call, channels),
  async run(input, { channels }, call, fail) {
    const { id, arn } = resolveChannel(input.Channel, channels, call, fail)
    return (await channels.remove(call.cause, id)) ? {} : failUnknownChannel(arn, fail)
  },
})
