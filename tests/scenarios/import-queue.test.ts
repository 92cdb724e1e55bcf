import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { FollowStatus } from '@cairn/server/store-imports'
import { fullSize } from '@cairn/testkit'
import { clients, programOf } from '@cairn/testkit/clients'
import { startMoto } from '@cairn/testkit/moto'
import { type RunningCairn, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { expect, test } from 'vitest'
import { accessTo } from '../logging-trail.fixture.ts'

/** Files that a queue announces to a follow, put and announced by stock clients. Listing alone would take minutes. */

const found = clients()
const account = '111111111111'

/** What an operator's script does on the other side: boto3 with the endpoint and keys of its environment. */
const script = `
import boto3, gzip, json, sys, datetime
from botocore.config import Config
s3 = boto3.client('s3', config=Config(s3={'addressing_style': 'path'}))
sqs = boto3.client('sqs')
what, *rest = sys.argv[1:]
def put(event):
    day = datetime.date.today().strftime('%Y/%m/%d')
    record = {'eventVersion': '1.11', 'eventTime': datetime.datetime.utcnow().strftime('%Y-%m-%dT%H:%M:%SZ'),
      'eventSource': 'iam.amazonaws.com', 'eventName': event, 'awsRegion': 'eu-west-1', 'eventID': 'id-' + event,
      'userIdentity': {'type': 'Root', 'accountId': '${account}'}, 'recipientAccountId': '${account}', 'eventCategory': 'Management'}
    key = f'AWSLogs/${account}/CloudTrail/eu-west-1/{day}/${account}_CloudTrail_eu-west-1_ {event}+1.json.gz'
    s3.put_object(Bucket='trail', Key=key, Body=gzip.compress(json.dumps({'Records': [record]}).encode()))
if what == 'queue':
    url = sqs.create_queue(QueueName='new-files')['QueueUrl']
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=['QueueArn'])['Attributes']['QueueArn']
    allow = {'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Principal': {'Service': 's3.amazonaws.com'},
      'Action': 'sqs:SendMessage', 'Resource': arn}]}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={'Policy': json.dumps(allow)})
    s3.create_bucket(Bucket='trail')
    s3.put_bucket_notification_configuration(Bucket='trail', NotificationConfiguration={'QueueConfigurations': [
      {'QueueArn': arn, 'Events': ['s3:ObjectCreated:*']}]})
    print(url)
if what == 'topic':
    url = sqs.create_queue(QueueName='by-topic')['QueueUrl']
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=['QueueArn'])['Attributes']['QueueArn']
    s3.create_bucket(Bucket='trail')
    sns = boto3.client('sns')
    topic = sns.create_topic(Name='trail')['TopicArn']
    sns.subscribe(TopicArn=topic, Protocol='sqs', Endpoint=arn)
    s3.put_bucket_notification_configuration(Bucket='trail', NotificationConfiguration={'TopicConfigurations': [
      {'TopicArn': topic, 'Events': ['s3:ObjectCreated:*']}]})
    print(url)
if what == 'put':
    for event in rest: put(event)
if what == 'poison':
    sqs.send_message(QueueUrl=rest[0], MessageBody='no message of ours')
if what == 'left':
    asked = sqs.get_queue_attributes(QueueUrl=rest[0], AttributeNames=['All'])['Attributes']
    print(int(asked['ApproximateNumberOfMessages']) + int(asked['ApproximateNumberOfMessagesNotVisible']))
`

interface Other {
  /** Runs the script against the other side; gives what it printed. */
  run(...args: readonly string[]): Promise<string>
}

/** A Cairn that knows the other side as the store `prod`. */
async function startFollower(
  folder: string,
  store: { readonly endpoint: string; readonly keys: string; readonly queues: readonly string[] },
): Promise<RunningCairn> {
  writeFileSync(join(folder, 'keys'), store.keys)
  const prod = { name: 'prod', endpoint: store.endpoint, region: 'us-east-1', credentials: 'file:keys' }
  const stores = [{ ...prod, queues: store.queues, buckets: [{ name: 'trail', prefixes: ['AWSLogs/'] }] }]
  // A listing every 20 seconds while the queue can be read.
  writeFileSync(join(folder, 'cairn.yaml'), JSON.stringify({ imports: { followInterval: '2s' }, stores }))
  return startCairn({ dataDir: join(folder, 'data') })
}

async function follow(cairn: RunningCairn, queue: string): Promise<FollowStatus> {
  const place = ['s3://trail/AWSLogs/', '--from-store', 'prod', '--follow', '--queue', queue, '--json']
  const { code, stdout, stderr } = await cairn.cairn('import', ...place)
  expect([code, stderr]).toEqual([0, ''])
  return JSON.parse(stdout)
}

async function status(cairn: RunningCairn): Promise<FollowStatus> {
  return JSON.parse((await cairn.cairn('import', '--list', '--json')).stdout)
}

async function waitFor(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const endMs = Date.now() + 60_000; Date.now() < endMs; await sleep(200)) if (await isSo()) return
  throw new Error(`waited in vain: ${what}`)
}

async function holds(cairn: RunningCairn, ...events: readonly string[]): Promise<boolean> {
  const { stdout } = await cairn.cairn('lookup', '--ndjson', '--account', account)
  const names = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).eventName)
  return JSON.stringify(names.toSorted()) === JSON.stringify(events.toSorted())
}

/** The course of both tests: there before, announced, announced while nobody runs, and nonsense in between. */
async function followsAnnouncements(cairn: RunningCairn, other: Other, url: string, dataDir: string): Promise<void> {
  await other.run('put', 'Before')
  await follow(cairn, url)
  await waitFor('what was there', () => holds(cairn, 'Before'))
  await waitFor('the queue to be read', async () => (await status(cairn)).announcements?.state === 'listening')
  await other.run('poison', url)
  await other.run('put', 'First', 'Second')
  await waitFor('what is announced', () => holds(cairn, 'Before', 'First', 'Second'))
  await waitFor('its messages to go', async () => (await other.run('left', url)) === '1')
  expect((await status(cairn)).announcements).toMatchObject({ state: 'listening', left: 1 })
  await cairn.kill()
  await other.run('put', 'Meanwhile')
  await using again = await startCairn({ dataDir })
  await waitFor('what came meanwhile', () => holds(again, 'Before', 'First', 'Second', 'Meanwhile'))
  await waitFor('the queue to be read again', async () => (await status(again)).announcements?.state === 'listening')
  await other.run('put', 'After')
  await waitFor('what is announced after', async () => ((await status(again)).announcements?.messages ?? 0) > 0)
  expect(await holds(again, 'Before', 'First', 'Second', 'Meanwhile', 'After')).toBe(true)
}

/** The other side: where it is, and who may do anything there. */
interface Side {
  readonly endpoint: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  [Symbol.asyncDispose](): Promise<void>
}

async function cairnSide(folder: string): Promise<Side> {
  const cairn = await startCairn({ dataDir: join(folder, 'other') })
  const { accessKeyId, secretAccessKey } = accessTo(cairn).credentials
  const { endpoint } = cairn
  return { endpoint, accessKeyId, secretAccessKey, [Symbol.asyncDispose]: () => cairn[Symbol.asyncDispose]() }
}

async function motoSide(): Promise<Side> {
  const moto = await startMoto()
  return { ...moto, accessKeyId: 'testing', secretAccessKey: 'testing' }
}

test.skipIf(found.python.kind === 'absent' || found.moto.kind === 'absent').each([
  { by: 'another Cairn', start: cairnSide, setUp: 'queue' },
  { by: 'moto, by way of SNS', start: motoSide, setUp: 'topic' },
  // The same way as the first, and slow to start.
  ...Array.from({ length: fullSize(0, 1) }, () => ({ by: 'moto', start: motoSide, setUp: 'queue' })),
])('$by announces files, which are in once and before their messages go', { timeout: 300_000 }, async (one) => {
  const program = programOf(found.python)
  using folder = temporaryFolder()
  await using side = await one.start(folder.path)
  const path = join(folder.path, 'other.py')
  writeFileSync(path, script)
  const env = {
    PATH: process.env.PATH ?? '',
    AWS_ENDPOINT_URL: side.endpoint,
    AWS_ACCESS_KEY_ID: side.accessKeyId,
    AWS_SECRET_ACCESS_KEY: side.secretAccessKey,
    AWS_DEFAULT_REGION: 'us-east-1',
  }
  const run: Other['run'] = async (...args) =>
    (await promisify(execFile)(program, ['-W', 'ignore', path, ...args], { env })).stdout.trim()
  const url = await run(one.setUp)
  const keys = `aws_access_key_id=${side.accessKeyId}\naws_secret_access_key=${side.secretAccessKey}\n`
  const cairn = await startFollower(folder.path, { endpoint: side.endpoint, keys, queues: [url] })
  try {
    await followsAnnouncements(cairn, { run }, url, cairn.dataDir)
  } finally {
    await cairn.kill()
  }
})
