import { describe, expect, it } from 'vitest'
import { readAuthentication } from './authentication.ts'
import { describeRefusal, type Refusal } from './describe-refusal.ts'
import { presign, signRequest } from './sign.ts'
import type { Authentication } from './signed-request.ts'
import { SigV4Error } from './sigv4-error.ts'
import { requireScope, requireSessionToken } from './verify.ts'

const nowMs = Date.UTC(2026, 1, 3, 4, 5, 6)
const minuteMs = 60_000
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' }

type Protocol = Parameters<typeof describeRefusal>[1]

interface Sample {
  readonly service?: string
  readonly remove?: readonly string[]
  readonly set?: Readonly<Record<string, string>>
  readonly query?: string
  readonly atMs?: number
}

/** A request signed in its header, then changed as the case says. */
function headerSigned({
  service = 'cloudtrail',
  remove = [],
  set = {},
  query = '',
  atMs = nowMs,
}: Sample = {}): Authentication {
  const region = 'us-east-1'
  const signed = signRequest({ method: 'POST', path: '/', headers: { host: 'h' }, service, region, credentials, nowMs })
  const headers = { ...signed.headers, ...set }
  const kept = Object.entries(headers).filter(([name]) => !remove.includes(name))
  return readAuthentication({ method: 'POST', path: '/', query, headers: kept.flat() }, atMs)
}

/** A presigned request, one of its parameters replaced (by nothing: left out). */
function presigned(
  change: Readonly<Record<string, string | undefined>> = {},
  { service = 's3', atMs = nowMs } = {},
): Authentication {
  const signed = presign({
    method: 'GET',
    path: '/b/k',
    headers: { host: 'h' },
    service,
    region: 'us-east-1',
    credentials,
    nowMs,
    expiresSeconds: 600,
  })
  const query = signed
    .split('&')
    .flatMap((part) => {
      const [name = '', value = ''] = part.split('=')
      if (!Object.hasOwn(change, name)) return [`${name}=${value}`]
      return change[name] === undefined ? [] : [`${name}=${change[name]}`]
    })
    .join('&')
  return readAuthentication({ method: 'GET', path: '/b/k', query, headers: ['host', 'h'] }, atMs)
}

function refusal(run: () => unknown, protocol: Protocol): Refusal & { readonly claimed: string | undefined } {
  try {
    run()
  } catch (error) {
    if (error instanceof SigV4Error) return { ...describeRefusal(error, protocol), claimed: error.claimedAccessKeyId }
    throw error
  }
  throw new TypeError('the request was accepted')
}

const authorization = (text: string) => () => headerSigned({ set: { authorization: text } })
const scope = 'AKIDEXAMPLE/20260203/us-east-1/cloudtrail/aws4_request'

describe('a signature in the header is refused', () => {
  it.each<[string, () => unknown, string, string]>([
    [
      'of another algorithm',
      authorization('AWS4-ECDSA-P256-SHA256 Credential=x'),
      'IncompleteSignatureException',
      "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'.",
    ],
    [
      'without its parameters',
      authorization('AWS4-HMAC-SHA256'),
      'IncompleteSignatureException',
      "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter.",
    ],
    [
      'without a date',
      () => headerSigned({ remove: ['x-amz-date'] }),
      'IncompleteSignatureException',
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    ],
    [
      'with a parameter twice',
      authorization(`AWS4-HMAC-SHA256 Credential=${scope}, Credential=${scope}, SignedHeaders=host, Signature=a`),
      'IncompleteSignatureException',
      'Authorization header could not be read.',
    ],
    [
      'with a scope of four parts',
      authorization(
        'AWS4-HMAC-SHA256 Credential=AKID/20260203/us-east-1/aws4_request, SignedHeaders=host, Signature=a',
      ),
      'IncompleteSignatureException',
      "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKID/20260203/us-east-1/aws4_request'",
    ],
    [
      'with a scope of another day',
      authorization(
        `AWS4-HMAC-SHA256 Credential=${scope.replace('0203', '0202')}, SignedHeaders=host;x-amz-date, Signature=a`,
      ),
      'InvalidSignatureException',
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20260202' != '20260203', from '20260203T040506Z'.",
    ],
    [
      'with a day that does not exist',
      () => headerSigned({ set: { 'x-amz-date': '20260230T040506Z' } }),
      'IncompleteSignatureException',
      "Date must be in ISO-8601 'basic format'. Got '20260230T040506Z'.",
    ],
    [
      'more than five minutes old',
      () => headerSigned({ atMs: nowMs + 5 * minuteMs + 1000 }),
      'InvalidSignatureException',
      'Signature expired: 20260203T040506Z is now earlier than 20260203T040507Z (20260203T041007Z - 5 min.)',
    ],
    [
      'more than five minutes early',
      () => headerSigned({ atMs: nowMs - 5 * minuteMs - 1000 }),
      'InvalidSignatureException',
      'Signature not yet current: 20260203T040506Z is still later than 20260203T040505Z (20260203T040005Z + 5 min.)',
    ],
    [
      'that leaves the host unsigned',
      authorization(
        `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=a`,
      ),
      'InvalidSignatureException',
      "'host' must be a 'SignedHeader' in the AWS Authorization.",
    ],
    [
      'that leaves the target unsigned',
      () => headerSigned({ set: { 'x-amz-target': 'CloudTrail_20131101.DeleteTrail' } }),
      'InvalidSignatureException',
      "'x-amz-target' must be a 'SignedHeader' in the AWS Authorization.",
    ],
    [
      'that signs a header which is not there',
      () => headerSigned({ remove: ['x-amz-content-sha256'] }),
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    ],
    [
      'next to one in the query',
      () => headerSigned({ query: 'X-Amz-Signature=a' }),
      'IncompleteSignatureException',
      'Only one of the Authorization header and the X-Amz-Algorithm query parameter may be given.',
    ],
  ])('%s', (_, run, code, message) => {
    expect(refusal(run, 'awsJson1_1')).toMatchObject({ code, message, status: 400 })
  })

  it('within the skew it is not, at either end', () => {
    expect(headerSigned({ atMs: nowMs + 5 * minuteMs }).kind).toBe('signed')
    expect(headerSigned({ atMs: nowMs - 5 * minuteMs }).kind).toBe('signed')
    expect(headerSigned({ service: 's3', atMs: nowMs + 15 * minuteMs }).kind).toBe('signed')
  })

  it('and says whom it claimed to be, once that is readable', () => {
    expect(refusal(() => headerSigned({ atMs: 0 }), 'query').claimed).toBe('AKIDEXAMPLE')
    expect(refusal(authorization('AWS4-HMAC-SHA256'), 'query').claimed).toBeUndefined()
  })
})

describe('S3 refuses', () => {
  const s3 = (sample: Sample) => () => headerSigned({ service: 's3', ...sample })

  it.each<[string, () => unknown, string, number]>([
    ['a clock more than fifteen minutes off', s3({ atMs: nowMs + 15 * minuteMs + 1000 }), 'RequestTimeTooSkewed', 403],
    ['a missing payload hash', s3({ remove: ['x-amz-content-sha256'] }), 'SignatureDoesNotMatch', 403],
    ['a payload hash that is none', s3({ set: { 'x-amz-content-sha256': 'abc' } }), 'InvalidArgument', 400],
    [
      'chunks without a decoded length',
      s3({ set: { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' } }),
      'MissingContentLength',
      411,
    ],
    ['an unsigned header of its own', s3({ set: { 'x-amz-acl': 'public-read' } }), 'AccessDenied', 403],
    ['the older mechanism', s3({ set: { authorization: 'AWS AKID:sig' } }), 'InvalidRequest', 400],
    [
      'the older mechanism in the query',
      s3({ remove: ['authorization'], query: 'AWSAccessKeyId=a&Signature=b' }),
      'AuthorizationQueryParametersError',
      400,
    ],
    [
      'a malformed credential',
      s3({ set: { authorization: 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c' } }),
      'AuthorizationHeaderMalformed',
      400,
    ],
    [
      'a presigned request without its date',
      () => presigned({ 'X-Amz-Date': undefined }),
      'AuthorizationQueryParametersError',
      400,
    ],
    [
      'a presigned request with a malformed date',
      () => presigned({ 'X-Amz-Date': 'today' }),
      'AuthorizationQueryParametersError',
      400,
    ],
    [
      'a presigned request of another algorithm',
      () => presigned({ 'X-Amz-Algorithm': 'AWS4' }),
      'AuthorizationQueryParametersError',
      400,
    ],
    [
      'a presigned request with a malformed credential',
      () => presigned({ 'X-Amz-Credential': 'a' }),
      'AuthorizationQueryParametersError',
      400,
    ],
    ['a presigned request too early', () => presigned({}, { atMs: nowMs - 16 * minuteMs }), 'AccessDenied', 403],
    ['a presigned request too late', () => presigned({}, { atMs: nowMs + 600_001 }), 'AccessDenied', 403],
  ])('%s', (_, run, code, status) => {
    expect(refusal(run, 'restXml')).toMatchObject({ code, status })
  })

  it.each([
    ['0', 'X-Amz-Expires should be a number'],
    ['-5', 'X-Amz-Expires must be non-negative'],
    ['x', 'X-Amz-Expires should be a number'],
    [
      '604801',
      'X-Amz-Expires must be less than a week (in seconds) that is, the given X-Amz-Expires must be less than 604800 seconds',
    ],
  ])('a presigned request that expires in %s seconds', (expires, message) => {
    expect(refusal(() => presigned({ 'X-Amz-Expires': expires }), 'restXml')).toMatchObject({
      code: 'AuthorizationQueryParametersError',
      message,
    })
  })

  it('signed chunks of someone who did not sign', () => {
    const headers = ['x-amz-content-sha256', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'x-amz-decoded-content-length', '1']
    expect(
      refusal(() => readAuthentication({ method: 'PUT', path: '/', query: '', headers }, nowMs), 'restXml').code,
    ).toBe('AccessDenied')
  })
})

describe('what the signature was made for', () => {
  it('must be the service and region that were called', () => {
    const request = headerSigned()
    if (request.kind !== 'signed') throw new TypeError('the request is anonymous')
    expect(() => requireScope(request, { service: 'cloudtrail' })).not.toThrow()
    expect(() => requireScope(request, { service: 'cloudtrail', region: 'us-east-1' })).not.toThrow()
    expect(refusal(() => requireScope(request, { service: 'sts' }), 'query')).toMatchObject({
      code: 'SignatureDoesNotMatch',
      message: "Credential should be scoped to correct service: 'sts'. ",
    })
    expect(
      refusal(() => requireScope(request, { service: 'cloudtrail', region: 'eu-west-1' }), 'restXml'),
    ).toMatchObject({
      code: 'AuthorizationHeaderMalformed',
      message: "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'",
    })
  })

  it('must come with the token the key was issued with', () => {
    for (const request of [headerSigned(), presigned()]) {
      if (request.kind !== 'signed') throw new TypeError('the request is anonymous')
      expect(() => requireSessionToken(request, 'token')).not.toThrow()
      for (const issued of ['other', 'tokeN', undefined]) {
        expect(refusal(() => requireSessionToken(request, issued), 'awsJson1_1').code).toBe(
          'UnrecognizedClientException',
        )
      }
    }
  })
})

describe('a request without any signature', () => {
  it('is anonymous', () => {
    expect(
      readAuthentication({ method: 'GET', path: '/', query: 'list-type=2', headers: ['Host', 'h'] }, nowMs),
    ).toMatchObject({
      kind: 'anonymous',
      payload: { kind: 'unsigned' },
    })
  })
})

describe('the same refusal in the words of each protocol', () => {
  it.each<[Protocol, string, string, string, string, number]>([
    [
      'awsJson1_1',
      'MissingAuthenticationTokenException',
      'UnrecognizedClientException',
      'ExpiredTokenException',
      'InvalidSignatureException',
      400,
    ],
    [
      'restJson1',
      'MissingAuthenticationTokenException',
      'UnrecognizedClientException',
      'ExpiredTokenException',
      'InvalidSignatureException',
      403,
    ],
    ['query', 'MissingAuthenticationToken', 'InvalidClientTokenId', 'ExpiredToken', 'SignatureDoesNotMatch', 403],
    ['restXml', 'AccessDenied', 'InvalidAccessKeyId', 'ExpiredToken', 'SignatureDoesNotMatch', 403],
  ])('%s', (protocol, unauthenticated, unknownKey, tokenExpired, mismatch, status) => {
    const code = (reason: ConstructorParameters<typeof SigV4Error>[0]) =>
      describeRefusal(new SigV4Error(reason), protocol).code
    expect([code('unauthenticated'), code('unknown-key'), code('token-expired'), code('signature-mismatch')]).toEqual([
      unauthenticated,
      unknownKey,
      tokenExpired,
      mismatch,
    ])
    expect(describeRefusal(new SigV4Error('signature-mismatch'), protocol).status).toBe(status)
  })
})
