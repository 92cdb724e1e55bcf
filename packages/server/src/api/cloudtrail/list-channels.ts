import { listPage } from './list-page.ts'
import { defineOperation } from './service.ts'

export const listChannels = defineOperation({
  name: 'ListChannels',
  action: 'cloudtrail:ListChannels',
  uses: ['channels'],
  readOnly: true,
  invalid: { NextToken: 'InvalidNextTokenException' },
  run(input, { channels }, call, fail) {
    const own = channels.ofAccount(call.account, call.region)
    const { items, members } = listPage(own, { name: 'channels', keyOf: ({ name }) => name }, input, fail)
    return { Channels: items.map(({ arn, name }) => ({ ChannelArn: arn, Name: name })), ...members }
  },
})
