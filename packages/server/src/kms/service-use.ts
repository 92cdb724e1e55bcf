import { buildRecord, type UserIdentity } from '@cairn/core/record'
import type { EventFrame } from '../ports/event-log.ts'
import type { Ids } from '../ports/ids.ts'
import type { EncryptionContext } from './ciphertext.ts'
import type { KmsKey } from './key.ts'

/** Who is shown to have used a key. */
export interface KeyUser {
  readonly identity: UserIdentity
  /** Shown as address and user agent. */
  readonly source: string
}

/**
 * The record of the use of a key by a service, for itself or for a caller of it, as the key's owner sees it. There is
 * one copy, and yet it carries a `sharedEventID`, as real ones do.
 *
 * @source real log files of a trail with a KMS key: GenerateDataKey by cloudtrail.amazonaws.com
 */
export function serviceUseFrame({
  eventName,
  context,
  atMs,
  materialId,
  refusal,
  user,
  key,
  ids,
}: {
  readonly eventName: 'GenerateDataKey' | 'Decrypt'
  readonly context: EncryptionContext
  readonly atMs: number
  readonly materialId?: string
  readonly refusal?: 'disabled' | 'pending-deletion'
  readonly user: KeyUser
  readonly key: KmsKey
  readonly ids: Ids
}): Omit<EventFrame, 'catalogVersion' | 'acceptedAtMs'> {
  const text = buildRecord({
    userIdentity: user.identity,
    eventTimeMs: atMs,
    eventSource: 'kms.amazonaws.com',
    eventName,
    awsRegion: key.region,
    sourceIPAddress: user.source,
    userAgent: user.source,
    ...(refusal !== undefined && refusals[refusal](key.arn)),
    requestParameters:
      eventName === 'GenerateDataKey'
        ? { encryptionContext: context, keyId: key.arn, keySpec: 'AES_256' }
        : { encryptionContext: context, encryptionAlgorithm: 'SYMMETRIC_DEFAULT' },
    ...(materialId !== undefined && { additionalEventData: { keyMaterialId: materialId } }),
    requestID: ids.uuid(),
    eventID: ids.uuid(),
    readOnly: true,
    resources: [{ accountId: key.account, type: 'AWS::KMS::Key', ARN: key.arn }],
    managementEvent: true,
    recipientAccountId: key.account,
    sharedEventID: ids.uuid(),
    eventCategory: 'Management',
  })
  return {
    kind: 'event',
    audience: { kind: 'live' },
    source: 'api',
    account: key.account,
    region: key.region,
    bytes: new TextEncoder().encode(text),
  }
}

const refusals = {
  disabled: (arn: string) => ({ errorCode: 'DisabledException', errorMessage: `${arn} is disabled.` }),
  'pending-deletion': (arn: string) => ({
    errorCode: 'KMSInvalidStateException',
    errorMessage: `${arn} is pending deletion.`,
  }),
}
