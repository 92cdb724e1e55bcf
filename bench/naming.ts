/**
 * Naming a call, reading its answer and building its record, per kind of call, beside what cannot be avoided: parsing
 * the body and serialising the record. By turns in the same run; tables are loaded before.
 *
 * Usage: node bench/naming.ts [seconds]
 */
import { buildRecord, type RecordDraft, type UserIdentity } from '@cairn/core/record'
import { nameCall, type ObservedAnswer, type ObservedRequest, readAnswer } from '@cairn/server/naming'

const seconds = Number(process.argv[2] ?? 8)
const rounds = 8
/** Few enough to fit between two switches of the processor. */
const turns = 20
const place = { account: '111122223333', region: 'eu-west-1', partition: 'aws' }
const encoder = new TextEncoder()

interface Call {
  readonly name: string
  readonly request: ObservedRequest
  readonly answer: ObservedAnswer
}

function call(
  name: string,
  service: string,
  request: Partial<ObservedRequest> & { readonly body?: string },
  answer = '{}',
): Call {
  const { body = '', ...rest } = request
  const base = { method: 'POST', host: '127.0.0.1:4566', target: '/', headers: {}, bodyIsWhole: true }
  const signing = { service, region: 'eu-west-1' }
  const headers = { 'x-amzn-requestid': '0f2b5b1c-0f2b-5b1c-0f2b-5b1c0f2b5b1c' }
  return {
    name,
    request: { ...base, signing, bodyHead: encoder.encode(body), ...rest },
    answer: { status: 200, headers, bodyHead: encoder.encode(answer), bodyIsWhole: true },
  }
}

const json = (target: string) => ({ 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' })
const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
const policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] })

const calls: readonly Call[] = [
  call('s3 PutObject', 's3', {
    method: 'PUT',
    target: '/data/2026/11/23/part-0001.parquet?x-id=PutObject',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 …',
      'x-amz-acl': 'private',
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    },
    body: 'x'.repeat(1000),
  }),
  call('s3 GetObject', 's3', {
    method: 'GET',
    target: '/data/2026/11/23/part-0001.parquet',
    headers: { authorization: 'AWS4-HMAC-SHA256 …' },
  }),
  call('dynamodb PutItem, 1 KB', 'dynamodb', {
    headers: json('DynamoDB_20120810.PutItem'),
    body: JSON.stringify({ TableName: 'orders', Item: { id: { S: '1' }, text: { S: 'x'.repeat(900) } } }),
  }),
  call(
    'sqs SendMessage, 1 KB',
    'sqs',
    {
      headers: json('AmazonSQS.SendMessage'),
      body: JSON.stringify({ QueueUrl: 'http://127.0.0.1:4566/111122223333/q', MessageBody: 'x'.repeat(900) }),
    },
    JSON.stringify({ MessageId: '1c3a3d57-1b3c-4f0f-9c39-64e7fbcb5a5a', MD5OfMessageBody: '0'.repeat(32) }),
  ),
  call('lambda Invoke, 1 KB', 'lambda', {
    target: '/2015-03-31/functions/resize/invocations',
    headers: { 'x-amz-invocation-type': 'RequestResponse' },
    body: JSON.stringify({ text: 'x'.repeat(900) }),
  }),
  call(
    'ec2 RunInstances',
    'ec2',
    {
      headers: form,
      body: 'Action=RunInstances&Version=2016-11-15&ImageId=ami-1&MinCount=1&MaxCount=1&InstanceType=t3.micro&SecurityGroupId.1=sg-1&TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key=a&TagSpecification.1.Tag.1.Value=b&ClientToken=1',
    },
    '<RunInstancesResponse><requestId>1</requestId><reservationId>r-1</reservationId><instancesSet><item><instanceId>i-1</instanceId><instanceState><code>0</code><name>pending</name></instanceState></item></instancesSet></RunInstancesResponse>',
  ),
  call(
    'iam CreateRole',
    'iam',
    {
      headers: form,
      body: `Action=CreateRole&Version=2010-05-08&RoleName=etl&AssumeRolePolicyDocument=${encodeURIComponent(policy)}`,
    },
    '<CreateRoleResponse><CreateRoleResult><Role><RoleName>etl</RoleName><Arn>arn:aws:iam::111122223333:role/etl</Arn><CreateDate>2026-11-23T00:00:00Z</CreateDate></Role></CreateRoleResult></CreateRoleResponse>',
  ),
]

const userIdentity: UserIdentity = {
  type: 'IAMUser',
  principalId: 'AIDAEXAMPLE',
  arn: 'arn:aws:iam::111122223333:user/ana',
  accountId: '111122223333',
  accessKeyId: 'AKIAEXAMPLE',
  userName: 'ana',
}

function draftOf({ request, answer }: Call): RecordDraft {
  const named = nameCall(request, place)
  const read = readAnswer(named, answer)
  const { category, requestParameters, resources } = named
  return {
    userIdentity,
    eventTimeMs: 1_795_000_000_000,
    eventSource: named.eventSource,
    eventName: named.eventName,
    awsRegion: 'eu-west-1',
    sourceIPAddress: '127.0.0.1',
    userAgent: 'aws-sdk-js/3.1137.0',
    requestParameters,
    responseElements: read.responseElements,
    additionalEventData: { ...named.additionalEventData, ...read.additionalEventData },
    requestID: read.requestId,
    eventID: '5b1c0f2b-5b1c-0f2b-5b1c-0f2b5b1c0f2b',
    readOnly: named.readOnly,
    resources: read.resources ?? resources,
    managementEvent: category === 'Management',
    recipientAccountId: '111122223333',
    eventCategory: category,
  }
}

const decoder = new TextDecoder()
function unavoidable({ request, answer }: Call, draft: RecordDraft): void {
  for (const { bodyHead } of [request, answer]) {
    if (bodyHead[0] === 0x7b) JSON.parse(decoder.decode(bodyHead))
  }
  JSON.stringify(draft)
}

/** Microseconds per turn, of the round in which it was fastest: neighbours on the machine only ever slow it. */
function fastest(work: () => void, untilMs: number): number {
  let best = Number.POSITIVE_INFINITY
  for (let began = performance.now(); began < untilMs; ) {
    for (let turn = 0; turn < turns; turn += 1) work()
    const after = performance.now()
    best = Math.min(best, ((after - began) * 1000) / turns)
    began = after
  }
  return best
}

const results = calls.map((one) => ({
  one,
  draft: draftOf(one),
  ours: Number.POSITIVE_INFINITY,
  limit: Number.POSITIVE_INFINITY,
}))
for (let round = 0; round < rounds; round += 1) {
  const share = (seconds * 1000) / rounds / calls.length / 2
  for (const result of results) {
    const { one, draft } = result
    result.ours = Math.min(
      result.ours,
      fastest(() => buildRecord(draftOf(one)), performance.now() + share),
    )
    result.limit = Math.min(
      result.limit,
      fastest(() => unavoidable(one, draft), performance.now() + share),
    )
  }
}
for (const { one, ours, limit } of results) {
  const times = (ours / limit).toFixed(1)
  console.log(
    `${one.name.padEnd(24)} ${ours.toFixed(1).padStart(6)} µs; body and record alone ${limit.toFixed(1)} µs (${times} ×)`,
  )
}
const mean = results.reduce((sum, { ours }) => sum + ours, 0) / results.length
console.log(`mean ${mean.toFixed(1)} µs; must 30 µs, aim 12 µs`)
