import type { ServiceModel } from '../model/service-model.ts'
import type { SigV4Error, SigV4Reason } from './sigv4-error.ts'

/** A refusal as the service would answer it. */
export interface Refusal {
  readonly code: string
  readonly message: string
  readonly status: number
}

type Fields = Readonly<Record<string, string>>
type Text = string | ((fields: Fields) => string)
type Entry = readonly [code: string, status: number, text: Text]

/**
 * Puts a refusal into the words of the service that was called.
 *
 * @source AWS General Reference, troubleshooting Signature Version 4; S3 API Reference, error responses
 */
export function describeRefusal(error: SigV4Error, protocol: ServiceModel['protocol']): Refusal {
  const entry = protocol === 'restXml' ? s3Entry(error) : commonEntry(error.reason, protocol)
  const [code, status, text] = entry
  return { code, status, message: typeof text === 'string' ? text : text(error.fields) }
}

const expectedCredential = 'expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request"'

function s3Entry(error: SigV4Error): Entry {
  const { reason, presigned } = error
  if (presigned && reason in s3Presigned) return s3Presigned[reason] ?? s3[reason]
  return s3[reason]
}

const headerMalformed = (text: (fields: Fields) => string): Entry => [
  'AuthorizationHeaderMalformed',
  400,
  (fields) => `The authorization header is malformed; ${text(fields)}`,
]

const queryMalformed = (text: Text): Entry => ['AuthorizationQueryParametersError', 400, text]

function s3ScopeText(fields: Fields): string {
  switch (fields.part) {
    case 'service':
      return `incorrect service "${fields.got}". This endpoint belongs to "${fields.expected}".`
    case 'region':
      return `the region '${fields.got}' is wrong; expecting '${fields.expected}'`
    default:
      return `Invalid credential date "${fields.got}". This date is not the same as X-Amz-Date: "${fields.expected}".`
  }
}

const s3Mismatch: Entry = [
  'SignatureDoesNotMatch',
  403,
  'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
]

const s3: Readonly<Record<SigV4Reason, Entry>> = {
  unauthenticated: ['AccessDenied', 403, 'Access Denied'],
  'two-mechanisms': [
    'InvalidArgument',
    400,
    'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
  ],
  'unsupported-algorithm': [
    'InvalidRequest',
    400,
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
  ],
  'authorization-incomplete': headerMalformed(
    () => 'the authorization header requires three components: Credential, SignedHeaders, and Signature.',
  ),
  'credential-malformed': headerMalformed(() => `the Credential is mal-formed; ${expectedCredential}.`),
  'scope-mismatch': headerMalformed(s3ScopeText),
  'date-malformed': ['AccessDenied', 403, 'AWS authentication requires a valid Date or x-amz-date header'],
  'expires-malformed': queryMalformed('X-Amz-Expires should be a number'),
  'headers-unsigned': ['AccessDenied', 403, 'There were headers present in the request which were not signed'],
  skewed: ['RequestTimeTooSkewed', 403, 'The difference between the request time and the current time is too large.'],
  'not-yet-valid': ['AccessDenied', 403, 'Request is not yet valid'],
  'presigned-expired': ['AccessDenied', 403, 'Request has expired'],
  'unknown-key': ['InvalidAccessKeyId', 403, 'The AWS Access Key Id you provided does not exist in our records.'],
  'token-invalid': ['InvalidToken', 400, 'The provided token is malformed or otherwise invalid.'],
  'token-expired': ['ExpiredToken', 400, 'The provided token has expired.'],
  'signature-mismatch': s3Mismatch,
  'payload-hash-missing': ['InvalidRequest', 400, 'Missing required header for this request: x-amz-content-sha256'],
  'payload-hash-invalid': [
    'InvalidArgument',
    400,
    'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
  ],
  'payload-hash-mismatch': [
    'XAmzContentSHA256Mismatch',
    400,
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
  ],
  'decoded-length-missing': ['MissingContentLength', 411, 'You must provide the Content-Length HTTP header.'],
  'chunk-malformed': ['InvalidRequest', 400, 'The body is not framed as aws-chunked content.'],
  'chunk-too-small': [
    'InvalidChunkSizeError',
    403,
    'Only the last chunk is allowed to have a size less than 8192 bytes',
  ],
  'body-incomplete': [
    'IncompleteBody',
    400,
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
  ],
  'trailer-malformed': [
    'MalformedTrailerError',
    400,
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  ],
  'checksum-invalid': ['InvalidRequest', 400, (fields) => `Value for ${fields.header} header is invalid.`],
  'checksum-mismatch': [
    'BadDigest',
    400,
    (fields) =>
      fields.header === 'content-md5'
        ? 'The Content-MD5 you specified did not match what we received.'
        : `The ${fields.algorithm} you specified did not match the calculated checksum.`,
  ],
}

const s3Presigned: Partial<Record<SigV4Reason, Entry>> = {
  'unsupported-algorithm': queryMalformed(
    'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"',
  ),
  'authorization-incomplete': queryMalformed(
    'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
  ),
  'credential-malformed': queryMalformed(
    `Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; ${expectedCredential}.`,
  ),
  'scope-mismatch': queryMalformed((fields) => `Error parsing the X-Amz-Credential parameter; ${s3ScopeText(fields)}`),
  'date-malformed': queryMalformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""),
  'expires-malformed': queryMalformed(({ expires = '' }) => {
    if (/^-\d+$/.test(expires)) return 'X-Amz-Expires must be non-negative'
    if (/^\d+$/.test(expires) && Number(expires) > 0) {
      return 'X-Amz-Expires must be less than a week (in seconds) that is, the given X-Amz-Expires must be less than 604800 seconds'
    }
    return 'X-Amz-Expires should be a number'
  }),
}

/** The codes of JSON services; the query protocol has other names and statuses for the same things. */
type CommonCode = 'incomplete' | 'mismatch' | 'missing' | 'unknown' | 'expired'

const commonCodes: Readonly<
  Record<CommonCode, { readonly json: string; readonly query: string; readonly status: number }>
> = {
  incomplete: { json: 'IncompleteSignatureException', query: 'IncompleteSignature', status: 400 },
  mismatch: { json: 'InvalidSignatureException', query: 'SignatureDoesNotMatch', status: 403 },
  missing: { json: 'MissingAuthenticationTokenException', query: 'MissingAuthenticationToken', status: 403 },
  unknown: { json: 'UnrecognizedClientException', query: 'InvalidClientTokenId', status: 403 },
  expired: { json: 'ExpiredTokenException', query: 'ExpiredToken', status: 403 },
}

function commonEntry(reason: SigV4Reason, protocol: ServiceModel['protocol']): Entry {
  const [kind, text] = common[reason]
  const names = commonCodes[kind]
  if (protocol === 'query') return [names.query, names.status, text]
  // awsJson answers 400 for all of them, rest JSON keeps HTTP's meaning.
  return [names.json, protocol === 'restJson1' ? names.status : 400, text]
}

const mismatchText =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'

function incompleteText({ missing, date }: Fields): string {
  if (missing === undefined) return 'Authorization header could not be read.'
  const sentences = missing
    .split(' ')
    .flatMap((name) => (name === '' ? [] : [`Authorization header requires '${name}' parameter.`]))
  if (date === '') {
    sentences.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
  }
  return sentences.join(' ')
}

function scopeText(fields: Fields): string {
  switch (fields.part) {
    case 'service':
      return `Credential should be scoped to correct service: '${fields.expected}'. `
    case 'region':
      return `Credential should be scoped to a valid region, not '${fields.got}'. `
    default:
      return `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${fields.got}' != '${fields.expected}', from '${fields.timestamp}'.`
  }
}

function skewText(fields: Fields): string {
  return fields.side === 'past'
    ? `Signature expired: ${fields.date} is now earlier than ${fields.bound} (${fields.now} - ${fields.minutes} min.)`
    : `Signature not yet current: ${fields.date} is still later than ${fields.bound} (${fields.now} + ${fields.minutes} min.)`
}

const bodyRefused: readonly [CommonCode, Text] = ['mismatch', mismatchText]

const common: Readonly<Record<SigV4Reason, readonly [CommonCode, Text]>> = {
  unauthenticated: ['missing', 'Missing Authentication Token'],
  'two-mechanisms': [
    'incomplete',
    'Only one of the Authorization header and the X-Amz-Algorithm query parameter may be given.',
  ],
  'unsupported-algorithm': ['incomplete', (fields) => `Unsupported AWS 'algorithm': '${fields.algorithm}'.`],
  'authorization-incomplete': ['incomplete', incompleteText],
  'credential-malformed': [
    'incomplete',
    (fields) =>
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${fields.credential}'`,
  ],
  'scope-mismatch': ['mismatch', scopeText],
  'date-malformed': ['incomplete', (fields) => `Date must be in ISO-8601 'basic format'. Got '${fields.date}'.`],
  'expires-malformed': ['incomplete', 'X-Amz-Expires must be a number of seconds between 1 and 604800.'],
  'headers-unsigned': [
    'mismatch',
    (fields) => `'${fields.headers}' must be a 'SignedHeader' in the AWS Authorization.`,
  ],
  skewed: ['mismatch', skewText],
  'not-yet-valid': ['mismatch', (fields) => `Signature not yet current: ${fields.date}`],
  'presigned-expired': [
    'mismatch',
    (fields) => `Signature expired: ${fields.expired} is now earlier than ${fields.now}`,
  ],
  'unknown-key': ['unknown', 'The security token included in the request is invalid.'],
  'token-invalid': ['unknown', 'The security token included in the request is invalid.'],
  'token-expired': ['expired', 'The security token included in the request is expired'],
  'signature-mismatch': ['mismatch', mismatchText],
  // These belong to S3's ways of sending a body and do not arise elsewhere; refused all the same if they do.
  'payload-hash-missing': bodyRefused,
  'payload-hash-invalid': bodyRefused,
  'payload-hash-mismatch': bodyRefused,
  'decoded-length-missing': bodyRefused,
  'chunk-malformed': bodyRefused,
  'chunk-too-small': bodyRefused,
  'body-incomplete': bodyRefused,
  'trailer-malformed': bodyRefused,
  'checksum-invalid': bodyRefused,
  'checksum-mismatch': bodyRefused,
}
