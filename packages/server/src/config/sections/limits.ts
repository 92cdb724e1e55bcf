import { durationMs, integer, setting, sizeBytes } from '../setting.ts'

const second = 1000
const kib = 1024
const mib = 1024 * kib
const gib = 1024 * mib

/** What one client can cost the others. Everything above a limit is refused with the AWS error for it. */
export const limits = {
  // The largest modelled request that is not an upload, PutEventSelectors with every selector, is below 256 KiB;
  // PutAuditEvents may carry 100 events of 256 KiB less overhead in one request of at most 1 MiB.
  bodyBytesMax: setting(sizeBytes(64 * kib, 64 * mib).default(2 * mib), {
    unit: 'size',
    description: 'Largest body of a request that is read whole before it is answered: all but uploads and imports.',
    example: '2MiB',
  }),
  // S3's own limit for a single PutObject.
  objectBytesMax: setting(sizeBytes(mib, 5 * gib).default(5 * gib), {
    unit: 'size',
    description: 'Largest object that one upload may store.',
    example: '5GiB',
  }),
  headersMax: setting(integer(32, 2000).default(200), {
    description: 'Most header lines of one request.',
  }),
  headerBytesMax: setting(sizeBytes(8 * kib, 256 * kib).default(32 * kib), {
    unit: 'size',
    description: 'Largest size of all header lines of one request together.',
    example: '32KiB',
  }),
  connectionsMax: setting(integer(16, 65_536).default(4096), {
    description: 'Most connections open at one time.',
  }),
  connectionsPerSourceMax: setting(integer(1, 65_536).default(1024), {
    description: 'Most connections open at one time from one source address.',
  }),
  headersTimeout: setting(durationMs(second, 300 * second).default(15 * second), {
    unit: 'duration',
    description: 'Longest time a client may take to send the header of a request.',
    example: '15s',
  }),
  requestTimeout: setting(durationMs(second, 24 * 3600 * second).default(300 * second), {
    unit: 'duration',
    description: 'Longest time a client may take to send a whole request that is not an upload or import.',
    example: '5m',
  }),
  idleTimeout: setting(durationMs(second, 3600 * second).default(60 * second), {
    unit: 'duration',
    description: 'How long an idle connection is kept open, and how long an upload may stand still.',
    example: '60s',
  }),
  accountRequestsPerSecond: setting(integer(1, 1_000_000).default(20_000), {
    description: 'Requests a second that one account may make, all callers together; more get a throttling error.',
  }),
  sourceRequestsPerSecond: setting(integer(1, 1_000_000).default(20_000), {
    description: 'Requests a second that one source address may make; more get a throttling error.',
  }),
  failedSignaturesPerMinute: setting(integer(1, 100_000).default(60), {
    description:
      'Requests a minute from one source address that fail authentication and get a record each. Above that they are counted into one record a minute.',
  }),
}
