import type { AuditEventResult, Channel, Channels } from '../../lake/channels/index.ts'
import type { AuditEvent } from '../generated/cloudtrail-data.ts'
import type { Call, Fail, RecordNotes } from '../operation.ts'
import { defineOperation } from './service.ts'

/** Of the request; what carries the events is a little more. @source CloudTrail User Guide, quotas */
const eventDataBytesMax = 1024 * 1024

/** Takes events from outside into the event data stores of a channel. */
export const putAuditEvents = defineOperation({
  name: 'PutAuditEvents',
  action: 'cloudtrail-data:PutAuditEvents',
  uses: ['channels', 'auditEvents'],
  readOnly: false,
  category: 'Data',
  // The events are in the stores of the channel; a second copy in the record of the call would be larger than they are.
  record: ({ channelArn, auditEvents }): RecordNotes => ({
    requestParameters: { channelArn, auditEventCount: auditEvents.length },
    responseElements: null,
  }),
  access(input, { channels }, call, fail) {
    const { account, arn } = readChannelArn(input.channelArn, call, fail)
    const channel = findChannel(arn, channels)
    call.notes.resources = [{ accountId: account, type: 'AWS::CloudTrail::Channel', ARN: arn }]
    return [
      {
        action: 'cloudtrail-data:PutAuditEvents',
        resource: arn,
        resourceAccount: account,
        ...(channel?.policy !== undefined && { resourcePolicy: channel.policy }),
        context: input.externalId === undefined ? {} : { 'cloudtrail:ExternalId': input.externalId },
        foreignDenial: 'ChannelInsufficientPermission',
      },
    ]
  },
  async run(input, { channels, auditEvents }, call, fail) {
    const channel = findChannel(input.channelArn, channels)
    if (channel === undefined) return fail('ChannelNotFound', `The channel ${input.channelArn} was not found.`)
    checkEntries(input.auditEvents, fail)
    const results = await auditEvents.take(channel, input.auditEvents)
    call.notes.responseElements = summaryOf(results)
    return {
      successful: results.flatMap((result) =>
        result.kind === 'taken' ? [{ id: result.id, eventID: result.eventId }] : [],
      ),
      failed: results.flatMap((result) =>
        result.kind === 'refused' ? [{ id: result.id, errorCode: result.code, errorMessage: result.message }] : [],
      ),
    }
  },
})

function readChannelArn(
  arn: string,
  { partition, region }: Call,
  fail: Fail<'InvalidChannelARN'>,
): { readonly arn: string; readonly account: string } {
  const [, itsPartition, itsRegion, account = ''] = channelArnGrammar.exec(arn) ?? []
  if (itsPartition !== partition || itsRegion !== region) {
    return fail('InvalidChannelARN', `The channel ARN '${arn}' is not valid.`)
  }
  return { arn, account }
}

const channelArnGrammar = /^arn:([a-z-]+):cloudtrail:([a-z0-9-]{1,63}):(\d{12}):channel\/[0-9a-f-]{36}$/

function findChannel(arn: string, channels: Channels): Channel | undefined {
  const channel = channels.find(arn.slice(arn.lastIndexOf('/') + 1))
  return channel?.arn === arn ? channel : undefined
}

function checkEntries(
  entries: readonly AuditEvent[],
  fail: Fail<'DuplicatedAuditEventId' | 'ValidationException'>,
): void {
  if (new Set(entries.map(({ id }) => id)).size < entries.length) {
    fail('DuplicatedAuditEventId', 'Two or more entries in the request have the same event ID.')
  }
  const bytes = entries.reduce((sum, { eventData }) => sum + Buffer.byteLength(eventData), 0)
  if (bytes > eventDataBytesMax) {
    fail('ValidationException', `The events of a request can have at most ${eventDataBytesMax} bytes altogether.`)
  }
}

function summaryOf(results: readonly AuditEventResult[]): Readonly<Record<string, unknown>> {
  const failed = results.filter(({ kind }) => kind === 'refused').length
  return { successfulCount: results.length - failed, failedCount: failed }
}
