import type { IngestionStatus } from '../../lake/channels/index.ts'
import type { GetChannelResponse } from '../generated/cloudtrail.ts'
import { describeChannel } from './channel-description.ts'
import { channelAccess, resolveChannel } from './channel-reference.ts'
import { defineOperation } from './service.ts'

export const getChannel = defineOperation({
  name: 'GetChannel',
  action: 'cloudtrail:GetChannel',
  uses: ['channels', 'auditEvents'],
  readOnly: true,
  access: (input, { channels }, call) => channelAccess('cloudtrail:GetChannel', input.Channel, call, channels),
  run(input, { channels, auditEvents }, call, fail) {
    const channel = resolveChannel(input.Channel, channels, call, fail)
    const status = auditEvents.status(channel.id)
    return { ...describeChannel(channel, call), ...(status && { IngestionStatus: describeStatus(status) }) }
  },
})

function describeStatus(status: IngestionStatus): NonNullable<GetChannelResponse['IngestionStatus']> {
  return {
    LatestIngestionSuccessTime: status.latestSuccessAtMs,
    LatestIngestionSuccessEventID: status.latestSuccessEventId,
    LatestIngestionErrorCode: status.latestErrorCode,
    LatestIngestionAttemptTime: status.latestAttemptAtMs,
    LatestIngestionAttemptEventID: status.latestAttemptEventId,
  }
}
