import { defineEndpoint } from '../endpoint.ts'

/**
 * The public keys of digests, of every region and time, in the form of ListPublicKeys with the region added; and what
 * time it is for digests, which differs from the machine's on a test clock.
 */
export const listDigestKeys = defineEndpoint({
  method: 'GET',
  path: '/_cairn/v1/keys/digest',
  uses: ['digestKeys', 'clock'],
  access: 'operator',
  readOnly: true,
  run: (_request, { digestKeys, clock }) => ({
    status: 200,
    contentType: 'application/json',
    body: JSON.stringify({
      now: new Date(clock.nowMs()).toISOString(),
      PublicKeyList: digestKeys.all().map((key) => ({
        Region: key.region,
        Fingerprint: key.fingerprint,
        Value: key.publicKey,
        ValidityStartTime: new Date(key.validFromMs).toISOString(),
        ValidityEndTime: new Date(key.validUntilMs).toISOString(),
      })),
    }),
  }),
})
