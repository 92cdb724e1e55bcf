import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import {
  CloudTrailClient,
  CreateTrailCommand,
  GetTrailStatusCommand,
  StartLoggingCommand,
} from '@aws-sdk/client-cloudtrail'
import { CreateAccessKeyCommand, CreateUserCommand, DeleteAccessKeyCommand, IAMClient } from '@aws-sdk/client-iam'
import { createS3Store } from '@cairn/server/storage/s3'
import { type RunningCairn, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessTo } from '../logging-trail.fixture.ts'
import { type FaultProxy, startFaultProxy, type Weather } from '../simulation/fault-proxy.ts'

/** Deliveries into a real store behind a way that fails: another Cairn stands in for the store. */

const bucket = 'theirs'
const account = '123456789012'

let folder: ReturnType<typeof temporaryFolder>
let theirs: RunningCairn
let proxy: FaultProxy
let cairn: RunningCairn
let store: ReturnType<typeof createS3Store>
let clients: { readonly trails: CloudTrailClient; readonly iam: IAMClient; readonly theirIam: IAMClient }

function writeKeys({
  accessKeyId,
  secretAccessKey,
}: {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}) {
  writeFileSync(
    join(folder.path, 'keys'),
    `aws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n`,
  )
}

beforeAll(async () => {
  folder = temporaryFolder()
  theirs = await startCairn({ dataDir: join(folder.path, 'theirs') })
  proxy = await startFaultProxy(theirs.endpoint)
  const admin = accessTo(theirs).credentials
  const their = { region: 'us-east-1', credentials: admin, endpoint: theirs.endpoint }
  store = createS3Store({ ...their, credentials: async () => admin, pathStyle: true })
  await store.createBucket(bucket)
  writeKeys(admin)
  const prod = { name: 'prod', endpoint: proxy.endpoint, region: 'us-east-1', credentials: 'file:keys' }
  const stores = [{ ...prod, buckets: [{ name: bucket, accounts: [account] }] }]
  writeFileSync(join(folder.path, 'cairn.yaml'), JSON.stringify({ delivery: { flushAfter: '1s' }, stores }))
  cairn = await startCairn({ dataDir: join(folder.path, 'data') })
  const own = accessTo(cairn)
  clients = { trails: new CloudTrailClient(own), iam: new IAMClient(own), theirIam: new IAMClient(their) }
  await clients.trails.send(
    new CreateTrailCommand({ Name: 'main', S3BucketName: bucket, EnableLogFileValidation: true }),
  )
  await clients.trails.send(new StartLoggingCommand({ Name: 'main' }))
}, 120_000)
afterAll(async () => {
  for (const client of Object.values(clients)) client.destroy()
  for (const one of [cairn, proxy, store, theirs]) await one[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

let users = 0

/** A call that a trail takes; gives the name by which it is known. */
async function happen(): Promise<string> {
  users += 1
  await clients.iam.send(new CreateUserCommand({ UserName: `user-${users}` }))
  return `user-${users}`
}

/** How often each user was made, by the log files in the store. */
async function delivered(): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  for (const { key } of (await store.list({ bucket, prefix: 'AWSLogs/', limit: 10_000 })).objects) {
    if (!key.includes('/CloudTrail/')) continue
    const opened = await store.open(bucket, key)
    const { Records } = JSON.parse(gunzipSync(Buffer.concat(await Array.fromAsync(opened?.read() ?? []))).toString())
    for (const { eventName, requestParameters } of Records) {
      if (eventName !== 'CreateUser') continue
      counts.set(requestParameters.userName, (counts.get(requestParameters.userName) ?? 0) + 1)
    }
  }
  return counts
}

async function waitFor(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (const endMs = Date.now() + 60_000; Date.now() < endMs; await sleep(200)) if (await isSo()) return
  throw new Error(`waited in vain: ${what}`)
}

const latestError = async () =>
  (await clients.trails.send(new GetTrailStatusCommand({ Name: 'main' }))).LatestDeliveryError

/** Every event so far is in the store, once. */
async function allOnce(): Promise<void> {
  await waitFor('everything to be delivered', async () => (await delivered()).size === users)
  expect(new Set((await delivered()).values())).toEqual(new Set([1]))
}

test.each<{ readonly weather: Weather; readonly shown: string | undefined }>([
  { weather: 'errors', shown: 'ServiceUnavailable' },
  { weather: 'errors-as-200', shown: undefined },
  { weather: 'lost-answers', shown: undefined },
])(
  '$weather: what happens meanwhile is in the store once when they end',
  { timeout: 180_000 },
  async ({ weather, shown }) => {
    proxy.set(weather)
    await happen()
    await waitFor('the weather to be felt', () => proxy.spoiled >= 4)
    if (shown) await waitFor('the error to be shown', async () => (await latestError()) === shown)
    await happen()
    proxy.set('clear')
    await allOnce()
    await waitFor('the error to be gone', async () => (await latestError()) === undefined)
  },
)

test('a file found under its name is not believed on half of its bytes', { timeout: 180_000 }, async () => {
  // Its put was done and the answer lost; then what is there is read, and breaks off.
  proxy.set('lost-answers')
  await happen()
  await waitFor('a write to get lost', () => proxy.spoiled >= 1)
  proxy.set('truncated')
  await waitFor('reads to break off', () => proxy.spoiled >= 2)
  proxy.set('clear')
  await allOnce()
})

test('credentials that are rotated at the store refuse, and the new ones apply without a restart', {
  timeout: 180_000,
}, async () => {
  const admin = accessTo(theirs).credentials
  await clients.theirIam.send(new CreateUserCommand({ UserName: 'delivery' }))
  const makeKey = async () => {
    const { AccessKey } = await clients.theirIam.send(new CreateAccessKeyCommand({ UserName: 'delivery' }))
    return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
  }
  // A key that is taken back is as good as a rotated one: what was used yesterday is refused today.
  const taken = await makeKey()
  await clients.theirIam.send(new DeleteAccessKeyCommand({ UserName: 'delivery', AccessKeyId: taken.accessKeyId }))
  writeKeys(taken)
  await happen()
  await waitFor('the refusal to be shown', async () => (await latestError()) === 'InvalidAccessKeyId')
  await happen()
  writeKeys(admin)
  await allOnce()
})

test('after all of it the whole store verifies', { timeout: 60_000 }, async () => {
  await cairn.stop()
  cairn = await startCairn({ dataDir: join(folder.path, 'data') })
  const verified = await cairn.cairn('verify', `s3://${bucket}`, '--json')
  const { findings, digests } = JSON.parse(verified.stdout)
  expect([verified.code, findings, digests.proven]).toEqual([0, [], digests.found])
})
