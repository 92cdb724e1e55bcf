import { fullSize } from '@cairn/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type NamedCall, nameCall, type ObservedRequest, readAnswer } from './index.ts'

const place = { account: '111122223333', region: 'eu-west-1', partition: 'aws' }
const encoder = new TextEncoder()

type Sample = Pick<ObservedRequest, 'method' | 'target' | 'headers'> & {
  readonly service: string
  readonly body: string
}

const form = { 'content-type': 'application/x-www-form-urlencoded' }
const json = (target: string) => ({ 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' })

const samples: Readonly<Record<string, Sample>> = {
  json: {
    service: 'cloudtrail',
    method: 'POST',
    target: '/',
    headers: json('CloudTrail_20131101.CreateTrail'),
    body: '{"Name":"a \\"quoted\\" trail","S3BucketName":"b\\u00e9","IsMultiRegionTrail":true,"TagsList":[{"Key":"k","Value":"v"},{"Key":"l"}]}',
  },
  query: {
    service: 'iam',
    method: 'POST',
    target: '/',
    headers: form,
    body: 'Action=CreateRole&Version=2010-05-08&RoleName=a+role&Path=%2Fx%2F&Tags.member.1.Key=k&Tags.member.1.Value=v',
  },
  ec2: {
    service: 'ec2',
    method: 'POST',
    target: '/',
    headers: form,
    body: 'Action=RunInstances&Version=2016-11-15&ImageId=ami-1&MinCount=1&MaxCount=2&SecurityGroupId.1=sg-1&TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key=k',
  },
  rest: {
    service: 'lambda',
    method: 'POST',
    target: '/2015-03-31/functions',
    headers: {},
    body: '{"FunctionName":"resize","Role":"arn:aws:iam::111122223333:role/r","Timeout":30,"Layers":["a","b"],"Code":{"S3Bucket":"b"}}',
  },
  xml: {
    service: 's3',
    method: 'PUT',
    target: '/data?tagging',
    headers: {},
    body: '<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet><Tag><Key>one &amp; two</Key><Value>v</Value></Tag><Tag><Key>k2</Key><Value>v2</Value></Tag></TagSet></Tagging>',
  },
}

function named({ service, body, ...request }: Sample, bytes = encoder.encode(body), bodyIsWhole = true): NamedCall {
  const signing = { service, region: 'eu-west-1' }
  return nameCall({ ...request, host: '127.0.0.1:4566', signing, bodyHead: bytes, bodyIsWhole }, place)
}

/** Every text and number in a value. */
function scalars(value: unknown): readonly unknown[] {
  if (value === null) return []
  if (typeof value !== 'object') return [value]
  return Object.values(value).flatMap(scalars)
}

describe('the head of a request', () => {
  test.each(Object.entries(samples))('cut off anywhere gives only what the whole one says: %s', (_, sample) => {
    const whole = encoder.encode(sample.body)
    const all = new Set(scalars(named(sample).requestParameters))
    for (let length = 0; length < whole.length; length += 1) {
      const cut = named(sample, whole.subarray(0, length), false)
      const strange = scalars(cut.requestParameters).filter((one) => !all.has(one) && one !== '')
      expect({ length, strange }).toEqual({ length, strange: [] })
    }
  })

  test.each(Object.entries(samples))('says more the longer it is: %s', (_, sample) => {
    const whole = encoder.encode(sample.body)
    const most = named(sample, whole.subarray(0, whole.length - 1), false)
    expect(scalars(most.requestParameters).length).toBeGreaterThan(2)
  })

  test.each(Object.entries(samples))('damaged anywhere still gives a record: %s', (_, sample) => {
    const whole = encoder.encode(sample.body)
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const damaged = whole.slice()
        damaged[at] = byte
        expect(JSON.stringify(named(sample, damaged)).length).toBeGreaterThan(0)
      }),
    )
  })
})

const text = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.constantFrom(
    'DynamoDB_20120810.PutItem',
    '.',
    's3',
    '%',
    '%zz',
    '__proto__.__proto__',
    'AmazonSQS.',
    'constructor',
  ),
)
const headers = fc.dictionary(
  fc.constantFrom('x-amz-target', 'content-type', 'smithy-protocol', 'authorization', 'x-amz-acl', '__proto__'),
  text,
)
const request: fc.Arbitrary<ObservedRequest> = fc.record(
  {
    method: fc.oneof(fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD'), text),
    host: fc.oneof(
      fc.constantFrom('s3.eu-west-1.amazonaws.com', 'b.s3.localhost', '127.0.0.1:4566', 'ec2.amazonaws.com'),
      text,
    ),
    target: fc.oneof(
      text.map((path) => `/${path}`),
      text,
      fc.constantFrom(
        '/service/AWSShield_20160616/operation/X',
        '/?Action=RunInstances',
        '/%ff/%',
        '/b/k?uploads&uploads',
      ),
    ),
    headers,
    bodyHead: fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map((value) => encoder.encode(value)),
    ),
    bodyIsWhole: fc.boolean(),
    signing: fc.record({
      service: fc.oneof(fc.constantFrom('s3', 'dynamodb', 'ec2', 'iam', 'lambda', 'shield', 'constructor'), text),
      region: text,
    }),
  },
  { requiredKeys: ['method', 'host', 'target', 'headers', 'bodyHead', 'bodyIsWhole'] },
)
const answer = fc.record({
  status: fc.integer({ min: 100, max: 599 }),
  headers: fc.dictionary(fc.constantFrom('x-amzn-errortype', 'x-amzn-requestid', 'content-type'), text),
  bodyHead: fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.constantFrom('<Error><Code>', '{"__type":"a#b:c"', '<a><b/></a>').map((body) => encoder.encode(body)),
  ),
  bodyIsWhole: fc.boolean(),
})

test('whatever comes is named, and its answer read, without a fault', () => {
  fc.assert(
    fc.property(request, answer, (one, other) => {
      const call = nameCall(one, place)
      expect(call.eventSource).toMatch(/^[a-z0-9-]{1,63}\.amazonaws\.com$/)
      expect(call.eventName).toMatch(/^[A-Za-z0-9_]{1,256}$/)
      expect(() => JSON.stringify(call)).not.toThrow()
      expect(() => readAnswer(call, other)).not.toThrow()
    }),
    { numRuns: fullSize(500, 20_000) },
  )
})

describe('a bomb', () => {
  const bomb =
    '<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;">]><Tagging><TagSet><Tag><Key>&y;</Key></Tag></TagSet></Tagging>'

  test.each([
    ['of entities', 's3', bomb],
    ['of elements', 's3', '<Tagging>'.repeat(50_000)],
    ['of brackets', 'cloudtrail', '['.repeat(100_000)],
    ['of braces', 'cloudtrail', '{"TagsList":'.repeat(20_000)],
    ['of parameters', 'iam', 'a=1&'.repeat(60_000)],
    ['of steps', 'iam', `Action=CreateUser&${'a.'.repeat(60_000)}=1`],
  ])('%s costs no more than its bytes', (_, service, body) => {
    const sample = Object.values(samples).find((one) => one.service === service)
    if (sample === undefined) throw new TypeError('no sample')
    const call = named({ ...sample, body })
    expect(JSON.stringify(call).length).toBeLessThan(10_000)
  })

  test('of slashes and a policy without end are named too', () => {
    const slashes = named({ ...(samples.xml as Sample), target: `/data${'/'.repeat(50_000)}`, body: '' })
    expect(slashes.eventName).toBe('PutObject')
    const policy = named({
      ...(samples.xml as Sample),
      target: '/data?policy',
      body: `{"Statement":${'['.repeat(200_000)}`,
    })
    expect(policy.eventName).toBe('PutBucketPolicy')
  })
})

test.each([
  [
    'a mangled content type',
    { ...(samples.query as Sample), headers: { 'content-type': 'applicaton/x' } },
    'CreateRole',
  ],
  [
    'a target in an unknown version',
    { ...(samples.json as Sample), headers: json('CloudTrail_20990101.StopLogging') },
    'StopLogging',
  ],
  [
    'a target that clients lengthen',
    {
      ...(samples.json as Sample),
      headers: json('com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.StopLogging'),
    },
    'StopLogging',
  ],
])('%s does not keep a call from being named', (_, sample, eventName) => {
  expect(named(sample).eventName).toBe(eventName)
})

test('an unknown operation is recorded under the name the caller gave it, and without its body', () => {
  const call = named({
    ...(samples.json as Sample),
    headers: json('CloudTrail_20131101.DropEverything'),
    body: '{"Secret":"s"}',
  })
  expect(call).toMatchObject({
    eventSource: 'cloudtrail.amazonaws.com',
    eventName: 'DropEverything',
    certainty: 'unknown',
    actions: [],
    requestParameters: null,
  })
})

test('a route that nobody has is recorded as one of its service', () => {
  const call = named({ ...(samples.rest as Sample), target: '/2099-01-01/wishes', body: '{}' })
  expect(call).toMatchObject({ eventSource: 'lambda.amazonaws.com', eventName: 'UnknownOperation', readOnly: false })
})
