import { type Channel, type Channels, channelArn } from '../../lake/channels/index.ts'
import type { AccessRequest, Call, Fail } from '../operation.ts'
import { requestTagKeys, resourceTagKeys } from './trail-access.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const arnGrammar = /^arn:([a-z-]+):cloudtrail:([a-z0-9-]{1,63}):(\d{12}):channel\/([^/]+)$/

/** Where a channel would be that a request names by its ARN, or by the last part of it in the caller's account. */
interface ChannelReference {
  readonly arn: string
  readonly account: string
  readonly id: string
}

export function readChannelReference(idOrArn: string, call: Call): ChannelReference | undefined {
  if (uuid.test(idOrArn)) {
    const { partition, account, region } = call
    return { arn: channelArn({ partition, account, region, id: idOrArn }), account, id: idOrArn }
  }
  const [, partition, region, account = '', id = ''] = arnGrammar.exec(idOrArn) ?? []
  if (partition !== call.partition || region !== call.region || !uuid.test(id)) return undefined
  return { arn: idOrArn, account, id }
}

/** The caller's channel that a request means. */
export function resolveChannel(
  idOrArn: string,
  channels: Channels,
  call: Call,
  fail: Fail<'ChannelARNInvalidException' | 'ChannelNotFoundException'>,
): Channel {
  const reference = readChannelReference(idOrArn, call)
  if (reference === undefined || reference.account !== call.account) {
    return fail('ChannelARNInvalidException', `The channel ARN '${idOrArn}' is not valid.`)
  }
  const channel = channels.find(reference.id)
  return channel?.arn === reference.arn ? channel : failUnknownChannel(idOrArn, fail)
}

export function failUnknownChannel(shown: string, fail: Fail<'ChannelNotFoundException'>): never {
  return fail('ChannelNotFoundException', `The channel ${shown} was not found.`)
}

/**
 * The access question of an operation on one channel; what means none is asked as `*`.
 *
 * @source Service Authorization Reference, CloudTrail: channel, with `aws:ResourceTag`
 */
export function channelAccess(
  action: string,
  idOrArn: string,
  call: Call,
  channels: Channels,
  requestedTags: Parameters<typeof requestTagKeys>[0] = [],
): readonly AccessRequest[] {
  const reference = readChannelReference(idOrArn, call)
  if (reference === undefined) return [{ action, resource: '*', context: requestTagKeys(requestedTags) }]
  const found = channels.find(reference.id)
  const channel = found?.arn === reference.arn ? found : undefined
  return [
    {
      action,
      resource: reference.arn,
      resourceAccount: reference.account,
      ...(channel?.policy !== undefined && { resourcePolicy: channel.policy }),
      context: { ...resourceTagKeys(channel?.tags ?? []), ...requestTagKeys(requestedTags) },
    },
  ]
}
