import { defineOperation } from './service.ts'

/**
 * The public keys of the region called that signed digests in a time. A key is listed whenever its time overlaps:
 * clients ask with ends in the future, and about times years ago.
 */
export const listPublicKeys = defineOperation({
  name: 'ListPublicKeys',
  action: 'cloudtrail:ListPublicKeys',
  uses: ['digestKeys', 'clock'],
  readOnly: true,
  run(input, { digestKeys, clock }, call, fail) {
    if (input.NextToken !== undefined) fail('InvalidTokenException', 'Invalid token.')
    const nowMs = clock.nowMs()
    const { StartTime: startMs = nowMs, EndTime: endMs = Math.max(nowMs, startMs) } = input
    if (startMs > endMs) fail('InvalidTimeRangeException', 'Start time must be before end time.')
    return {
      PublicKeyList: digestKeys.published(call.region, startMs, endMs).map((key) => ({
        Value: Buffer.from(key.publicKey, 'base64'),
        Fingerprint: key.fingerprint,
        ValidityStartTime: key.validFromMs,
        ValidityEndTime: key.validUntilMs,
      })),
    }
  },
})
