import { describeChannel } from './channel-description.ts'
import { channelAccess, resolveChannel } from './channel-reference.ts'
import { defineOperation } from './service.ts'

export const getChannel = defineOperation({
  name: 'GetChannel',
  action: 'cloudtrail:GetChannel',
  uses: ['channels'],
  readOnly: true,
  access: (input, { channels }, call) => channelAccess('cloudtrail:GetChannel', input.Channel, call, channels),
  run: (input, { channels }, call, fail) => describeChannel(resolveChannel(input.Channel, channels, call, fail), call),
})
