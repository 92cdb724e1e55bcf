import type { S3Client } from '@aws-sdk/client-s3'

export interface S3Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface S3StoreOptions {
  readonly endpoint: string
  readonly region: string
  /** Asked for every request, so that rotated credentials apply at once. Absent: requests are not signed. */
  readonly credentials?: () => Promise<S3Credentials>
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`. */
  readonly pathStyle: boolean
  /** Account that must own every bucket; the server refuses where another does. */
  readonly expectedOwner?: string
}

type Sdk = typeof import('@aws-sdk/client-s3')

/** The client library with a client of it. Loading it takes a third of a second, so the first request does. */
export interface Connection {
  readonly sdk: Sdk
  readonly client: S3Client
}

const connectTimeoutMs = 5_000

/** Longest silence, before an answer and inside one. */
const silenceMs = 30_000

const connectionsMax = 64

const attemptsMax = 4

export async function connect(options: S3StoreOptions): Promise<Connection> {
  const sdk = await import('@aws-sdk/client-s3')
  const { credentials } = options
  const client = new sdk.S3Client({
    endpoint: options.endpoint,
    region: options.region,
    forcePathStyle: options.pathStyle,
    maxAttempts: attemptsMax,
    // Nothing of the environment or the home folder may steer where we go and as whom.
    authSchemePreference: ['sigv4'],
    sigv4aSigningRegionSet: [options.region],
    defaultsMode: 'standard',
    retryMode: 'standard',
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    useArnRegion: false,
    disableMultiregionAccessPoints: true,
    disableS3ExpressSessionAuth: true,
    // A redirect is an answer of somebody else's choosing; where to go was written down by the operator.
    followRegionRedirects: false,
    // We give our own checksum; servers that know none of the newer ones must not be asked for them.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    userAgentAppId: 'cairn',
    // An expiry in the past makes the client ask again for every request.
    ...(credentials
      ? { credentials: async () => ({ ...(await credentials()), expiration: new Date(0) }) }
      : {
          signer: { sign: async (request) => request },
          credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
        }),
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      requestTimeout: silenceMs,
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets: connectionsMax },
      httpsAgent: { keepAlive: true, maxSockets: connectionsMax },
    },
    logger: silent,
  })
  return { sdk, client }
}

/** The library warns on the console otherwise. */
const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }
