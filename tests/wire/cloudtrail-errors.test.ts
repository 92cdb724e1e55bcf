import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { CloudTrail, CloudTrailServiceException } from '@aws-sdk/client-cloudtrail'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { signRequest } from '@cairn/aws-kit/sigv4'
import { clients, programOf } from '@cairn/testkit/clients'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type OperationName,
  operations,
  type Refusal,
  refusalsIn,
  underQuotas,
  unreached,
  type World,
} from './cloudtrail-refusals.ts'
import { home, type Keys, neighbour, startTrailServer, type TrailServer } from './trails.fixture.ts'

/** Every declared error of the operations on trails, selectors, tags, policies and history, as stock clients see it. */

const allowing = (Action: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
})

const places = [
  { who: 'a user', account: home, region: 'us-east-1', abroad: 'eu-west-1' },
  { who: 'a role', account: neighbour, region: 'eu-west-1', abroad: 'private-7' },
  { who: 'an admin', account: home, region: 'private-7', abroad: 'us-east-1' },
] as const
type Place = (typeof places)[number]

let cairn: TrailServer
beforeAll(async () => {
  cairn = await startTrailServer()
})
afterAll(() => cairn?.[Symbol.asyncDispose]())

type Sdk = Readonly<Record<string, (input: object) => Promise<Record<string, unknown>>>>

/** Each keeps its connections. */
const sdks = new Map<string, Sdk>()

/** The SDK with its operations by their names, as the table has them. */
function sdkOf({ endpoint }: { readonly endpoint: string }, keys: Keys, region: string) {
  const name = [endpoint, keys.accessKeyId, region].join(' ')
  const made = sdks.get(name)
  const sdk = made ?? (new CloudTrail({ endpoint, region, credentials: keys, maxAttempts: 1 }) as unknown as Sdk)
  sdks.set(name, sdk)
  return async (operation: string, input: object) => {
    const method = sdk[`${operation.charAt(0).toLowerCase()}${operation.slice(1)}`]
    if (!method) throw new TypeError(`the SDK has no operation ${operation}`)
    return method.call(sdk, input)
  }
}

async function keysOf({ who, account }: Place): Promise<Keys> {
  if (who === 'a user') return cairn.makeUser(account, 'tester', allowing('*'))
  if (who === 'a role') return cairn.makeSession(account, 'tester', allowing('*'))
  return cairn.adminOf(account)
}

/** One call of a service whose SDK is not among our dependencies. */
async function kms(keys: Keys, operation: string, input: object): Promise<string> {
  const payload = Buffer.from(JSON.stringify(input))
  const { headers } = signRequest({
    method: 'POST',
    path: '/',
    query: '',
    headers: {
      host: new URL(cairn.endpoint).host,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `TrentService.${operation}`,
    },
    payload,
    service: 'kms',
    region: 'us-east-1',
    credentials: keys,
    nowMs: Date.now(),
  })
  const answer = await fetch(cairn.endpoint, { method: 'POST', headers, body: payload })
  expect(answer.status).toBe(200)
  return answer.text()
}

/** Keys stand where the bucket stands. */
async function newKey(keys: Keys): Promise<string> {
  return JSON.parse(await kms(keys, 'CreateKey', {})).KeyMetadata.Arn
}

async function buildWorld({ account, region, abroad }: Place, keys: Keys): Promise<World> {
  const call = sdkOf(cairn, keys, region)
  const bucket = `audit-${account}`
  const closedBucket = `closed-${account}-${region}`
  const options = { endpoint: cairn.endpoint, region: 'us-east-1', credentials: keys, forcePathStyle: true }
  await new S3Client(options).send(new CreateBucketCommand({ Bucket: closedBucket }))
  const { TrailARN: trail } = await call('CreateTrail', {
    Name: 'main',
    S3BucketName: bucket,
    IsMultiRegionTrail: true,
  })
  const newStore = async (Name: string, category: string) => {
    const AdvancedEventSelectors = [{ FieldSelectors: [{ Field: 'eventCategory', Equals: [category] }] }]
    const settings = { Name, AdvancedEventSelectors, TerminationProtectionEnabled: false }
    const { EventDataStoreArn: arn } = await call('CreateEventDataStore', settings)
    return String(arn)
  }
  const deletedStore = await newStore('deleted', 'Management')
  await call('DeleteEventDataStore', { EventDataStore: deletedStore })
  const { TrailARN: dataTrail } = await call('CreateTrail', { Name: 'data', S3BucketName: bucket })
  const dataResources = [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }]
  await call('PutEventSelectors', { TrailName: 'data', EventSelectors: [{ DataResources: dataResources }] })
  const disabledKey = await newKey(keys)
  const everyone = { Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [everyone] })
  await kms(keys, 'PutKeyPolicy', { KeyId: disabledKey, PolicyName: 'default', Policy })
  await kms(keys, 'DisableKey', { KeyId: disabledKey })
  return {
    account,
    region,
    abroad,
    bucket,
    closedBucket,
    trail: String(trail),
    dataTrail: String(dataTrail),
    closedKey: await newKey(keys),
    disabledKey,
    eventsStore: await newStore('events', 'Management'),
    insightsStore: await newStore('insights', 'Insight'),
    deletedStore,
  }
}

interface Outcome {
  readonly code: string
  readonly message: string
  readonly status: number
}

async function outcomeOf(sent: Promise<unknown>): Promise<Outcome | 'no error'> {
  try {
    await sent
    return 'no error'
  } catch (error) {
    if (!(error instanceof CloudTrailServiceException)) throw error
    return { code: error.name, message: error.message, status: error.$metadata.httpStatusCode ?? 0 }
  }
}

/** Client errors are 400 whatever the model says: recorded answers of the real service. */
function expected({ code, message }: Refusal): object {
  return { code, message: typeof message === 'string' ? message : expect.stringMatching(message), status: 400 }
}

describe.each(places)('to $who of $account in $region', (place) => {
  let world: World
  let keys: Keys
  let trailAdmin: Keys
  beforeAll(async () => {
    keys = await keysOf(place)
    trailAdmin = await cairn.makeUser(place.account, `trail-admin-${place.region}`, allowing('cloudtrail:*'))
    world = await buildWorld(place, keys)
  })

  const circumstances = ({ isAbroad, isByTrailAdmin }: Refusal) => ({
    by: isByTrailAdmin ? trailAdmin : keys,
    region: isAbroad ? place.abroad : place.region,
  })

  test.each(operations)('%s tells what is wrong', async (operation) => {
    for (const refusal of refusalsIn(world)[operation]) {
      const { by, region } = circumstances(refusal)
      const sent = sdkOf(cairn, by, region)(operation, refusal.input)
      expect([refusal.code, await outcomeOf(sent)]).toEqual([refusal.code, expected(refusal)])
    }
  })

  test.skipIf(clients().python.kind === 'absent')('boto3 raises each as its own exception', async () => {
    const table = Object.entries(refusalsIn(world)).flatMap(([operation, refusals]) =>
      refusals.map((refusal) => ({ operation, ...circumstances(refusal), ...refusal })),
    )
    const raised = await withBoto3(raiseEach, { endpoint: cairn.endpoint, calls: table })
    expect(raised).toEqual(table.map((refusal) => ({ ...expected(refusal), type: refusal.code })))
  })

  test.skipIf(clients().python.kind === 'absent')('boto3 pages through the event history without gaps', async () => {
    const call = sdkOf(cairn, keys, place.region)
    for (let made = 0; made < 10; made++) await call('ListTrails', {})
    const attributes = [{ AttributeKey: 'EventName', AttributeValue: 'ListTrails' }]
    const found = async () => {
      const { Events } = await call('LookupEvents', { LookupAttributes: attributes })
      return (Events as { readonly EventId: string }[]).map(({ EventId }) => EventId)
    }
    await expect.poll(async () => (await found()).length, { timeout: 10_000 }).toBe(10)
    const given = { endpoint: cairn.endpoint, by: keys, region: place.region, attributes }
    expect(await withBoto3(pageThrough, given)).toEqual(await found())
  })
})

test('a caller without permission is refused each operation by its own action', async () => {
  const keys = await cairn.makeUser(home, 'stranger', allowing('s3:*'))
  const call = sdkOf(cairn, keys, 'us-east-1')
  const arn = `arn:aws:cloudtrail:us-east-1:${home}:trail/main`
  const named = { Name: 'main', TrailName: 'main', S3BucketName: 'audit', ResourceId: arn, ResourceIdList: [arn] }
  const more = { TagsList: [], InsightSelectors: [], EventSelectors: [{}], ResourceArn: arn, ResourcePolicy: '{}' }
  for (const operation of operations) {
    expect(await outcomeOf(call(operation, { ...named, ...more }))).toEqual({
      code: 'AccessDeniedException',
      status: 400,
      message: expect.stringMatching(
        `^User: arn:aws:iam::${home}:user/stranger is not authorized to perform: cloudtrail:${operation} on resource: `,
      ),
    })
  }
})

describe('the table', () => {
  const { operations: models } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../models/cloudtrail.json'), 'utf8'),
  )
  const blank = new Proxy({}, { get: (_, name) => String(name) }) as World

  test.each(operations)('has every declared error of %s, or why nothing leads to it', (operation) => {
    const provoked = new Set(refusalsIn(blank)[operation].map(({ code }) => code))
    const excused = unreached.flatMap(({ codes, operations = [operation] }) =>
      operations.includes(operation) ? codes : [],
    )
    const declared: string[] = models[operation].errors
    const missing = declared.filter((code) => !provoked.has(code) && !underQuotas.includes(code))
    expect(missing.filter((code) => !excused.includes(code))).toEqual([])
    expect(excused.filter((code) => provoked.has(code))).toEqual([])
    expect([...provoked].filter((code) => !declared.includes(code))).toEqual([])
  })
})

test('with the quotas of AWS each operation above its rate is throttled, and answers again a second later', async () => {
  await using strict = await startTrailServer({ quotas: 'aws' })
  const call = sdkOf(strict, strict.adminOf(home), 'us-east-1')
  const rates: Partial<Record<OperationName, number>> = { LookupEvents: 2, DescribeTrails: 10 }
  const rateOf = (operation: OperationName) => rates[operation] ?? (/^(Get|List)/.test(operation) ? 10 : 1)
  const burst = async (operation: OperationName) => {
    const input = { Name: 'none', TrailName: 'none', ResourceId: 'none', ResourceIdList: [], ResourceArn: 'none' }
    const more = { S3BucketName: 'none', TagsList: [], InsightSelectors: [], ResourcePolicy: '{}' }
    const calls = Array.from({ length: rateOf(operation) * 3 }, () => outcomeOf(call(operation, { ...input, ...more })))
    const throttled = (await Promise.all(calls)).filter((o) => o !== 'no error' && o.code === 'ThrottlingException')
    return { operation, throttled }
  }
  for (const { operation, throttled } of await Promise.all(operations.map(burst))) {
    expect([operation, throttled.length]).not.toEqual([operation, 0])
    expect([operation, throttled.length < rateOf(operation) * 3]).toEqual([operation, true])
    expect(throttled[0]).toEqual({ code: 'ThrottlingException', message: 'Rate exceeded', status: 400 })
  }
  await expect.poll(() => outcomeOf(call('ListTrails', {})), { timeout: 5_000 }).toBe('no error')
})

const raiseEach = `
def outcome(call):
    client = client_of(call['by'], call['region'])
    try:
        getattr(client, xform_name(call['operation']))(**call['input'])
        return 'no error'
    except ClientError as error:
        told = error.response['Error']
        status = error.response['ResponseMetadata']['HTTPStatusCode']
        return {'type': type(error).__name__, 'code': told['Code'], 'message': told['Message'], 'status': status}
answer = [outcome(call) for call in given['calls']]
`

const pageThrough = `
pages = client_of(given['by'], given['region']).get_paginator('lookup_events').paginate(
    LookupAttributes=given['attributes'], PaginationConfig={'PageSize': 3})
answer = [event['EventId'] for page in pages for event in page['Events']]
`

/** Runs a script that makes an `answer` of what is `given`. Nothing is checked before it is sent, nor tried again. */
async function withBoto3(script: string, given: object) {
  const { python } = clients()
  const frame = `
import json, sys
from boto3.session import Session
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError
given = json.load(sys.stdin)
config = Config(parameter_validation=False, retries={'total_max_attempts': 1})
made = {}
def client_of(keys, region):
    name = (keys['accessKeyId'], region)
    if name not in made:
        session = Session(keys['accessKeyId'], keys['secretAccessKey'], keys.get('sessionToken'), region)
        made[name] = session.client('cloudtrail', endpoint_url=given['endpoint'], config=config)
    return made[name]
${script}
json.dump(answer, sys.stdout)
`
  const child = spawn(programOf(python), ['-c', frame], { env: { PATH: process.env.PATH ?? '', HOME: cairn.folder } })
  child.stdin.end(JSON.stringify(given))
  const [written, complaint] = await Promise.all([text(child.stdout), text(child.stderr)])
  expect(complaint).toBe('')
  return JSON.parse(written)
}
