import { gunzipSync } from 'node:zlib'
import { eventFrame } from '@cairn/testkit/fakes/frames'
import { expect, test } from 'vitest'
import { createTestInstallation, textOf } from '../http/installation.fixture.ts'
import type { Audience, EventSource } from '../ports/event-log.ts'

const account = '123456789012'

/** Which audience the events of a source reach. `undefined`: nothing makes such events yet. */
const audienceOf = {
  api: 'live',
  import: 'history',
  gateway: undefined,
  proxy: undefined,
  channel: 'store',
  insights: undefined,
} as const satisfies Record<EventSource, Audience['kind'] | undefined>

type Cairn = Awaited<ReturnType<typeof createTestInstallation>>

/** An installation with a trail that takes every management event and has them in its bucket after a second. */
async function installationWithTrail(): Promise<Cairn> {
  const cairn = await createTestInstallation({ mode: 'emulator', 'delivery.flushAfter': '1s' })
  await cairn.send({ method: 'PUT', path: '/audit', service: 's3' })
  await cairn.call('CreateTrail', { Name: 'main', S3BucketName: 'audit', IsMultiRegionTrail: true })
  await cairn.call('StartLogging', { Name: 'main' })
  return cairn
}

function recordOf(eventName: string): string {
  const eventTime = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
  return JSON.stringify({
    eventVersion: '1.11',
    userIdentity: { type: 'Root', accountId: account },
    eventTime,
    eventSource: 'ec2.amazonaws.com',
    eventName,
    awsRegion: 'us-east-1',
    eventID: crypto.randomUUID(),
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: 'Management',
  })
}

/** An event from outside, through a channel into a store of its own. */
async function putAuditEvent(cairn: Cairn): Promise<void> {
  const category = { Field: 'eventCategory', Equals: ['ActivityAuditLog'] }
  const store = { Name: 'outside', AdvancedEventSelectors: [{ FieldSelectors: [category] }] }
  const { EventDataStoreArn: Location } = (await cairn.call('CreateEventDataStore', store)).body
  const channel = { Name: 'outside', Source: 'Custom', Destinations: [{ Type: 'EVENT_DATA_STORE', Location }] }
  const { ChannelArn } = (await cairn.call('CreateChannel', channel)).body
  const eventData = JSON.stringify({
    version: '1',
    userIdentity: { type: 'User', principalId: 'alice' },
    eventSource: 'shop.example.com',
    eventName: 'Buy',
    eventTime: '2026-03-04T05:06:07Z',
    UID: 'first',
    recipientAccountId: account,
  })
  const answer = await cairn.send({
    path: '/PutAuditEvents',
    query: new URLSearchParams({ channelArn: String(ChannelArn) }).toString(),
    service: 'cloudtrail-data',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ auditEvents: [{ id: 'a', eventData }] }),
  })
  if (answer.status !== 200) throw new TypeError(await textOf(answer))
}

async function importFile(cairn: Cairn, text: string): Promise<void> {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(Buffer.byteLength(text))
  const file = Buffer.concat([Buffer.from('{"name":"a.json"}\n'), length, Buffer.from(text), Buffer.alloc(4)])
  const answer = await cairn.endpoint({
    method: 'POST',
    path: '/_cairn/v1/import',
    query: new URLSearchParams(),
    headers: {},
    body: (async function* () {
      yield file
    })(),
    signal: new AbortController().signal,
  })
  if (typeof answer.body === 'string') throw new TypeError(answer.body)
  for await (const _ of answer.body);
}

/** Names of the events in the log files that the trail delivered. */
async function deliveredNames(cairn: Cairn): Promise<readonly string[]> {
  const listing = await textOf(await cairn.send({ method: 'GET', path: '/audit', service: 's3' }))
  const keys = [...listing.matchAll(/<Key>([^<]+\.json\.gz)<\/Key>/g)].map(([, key]) => key ?? '')
  const files = await Promise.all(
    keys.map(async (key) => {
      const { body } = await cairn.send({ method: 'GET', path: `/audit/${key}`, service: 's3' })
      const chunks = body instanceof Uint8Array ? [body] : await Array.fromAsync(body)
      return JSON.parse(gunzipSync(Buffer.concat(chunks)).toString()) as { Records: { eventName: string }[] }
    }),
  )
  return files.flatMap(({ Records }) => Records.map(({ eventName }) => eventName))
}

async function isFound(cairn: Cairn, eventName: string): Promise<boolean> {
  const { body } = await cairn.call('LookupEvents', {
    LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: eventName }],
  })
  return (body.Events as unknown[]).length > 0
}

test('events of each source are accepted for the audience of that source and no other', async () => {
  await using cairn = await installationWithTrail()
  await importFile(cairn, `{"Records":[${recordOf('RunInstances')}]}`)
  await putAuditEvent(cairn)
  const { log } = cairn.storage
  const accepted = new Map<string, Set<string>>()
  for (const frame of await log.read(log.bounds().first, 1 << 30)) {
    if (frame.kind !== 'event') continue
    accepted.set(frame.source, (accepted.get(frame.source) ?? new Set()).add(frame.audience.kind))
  }
  const expected = Object.entries(audienceOf).filter(([, audience]) => audience !== undefined)
  expect(accepted).toEqual(new Map(expected.map(([source, audience]) => [source, new Set([audience])])))
})

test('live events are searched and delivered, imported ones searched only, those of a store neither', {
  timeout: 30_000,
}, async () => {
  await using cairn = await installationWithTrail()
  await importFile(cairn, `{"Records":[${recordOf('Imported')}]}`)
  const forStore = { account, audience: { kind: 'store', id: 'a' } as const, source: 'channel' as const }
  await cairn.storage.log.append([{ ...eventFrame({ text: recordOf('ForStore') }), ...forStore }])
  // Comes after both: once it has arrived, they would have, too.
  await cairn.call('AddTags', {
    ResourceId: `arn:aws:cloudtrail:us-east-1:${account}:trail/main`,
    TagsList: [{ Key: 'a', Value: 'b' }],
  })
  await expect.poll(() => isFound(cairn, 'AddTags'), { timeout: 5_000 }).toBe(true)
  expect(await isFound(cairn, 'Imported')).toBe(true)
  expect(await isFound(cairn, 'ForStore')).toBe(false)
  await expect.poll(() => deliveredNames(cairn), { timeout: 15_000, interval: 200 }).toContain('AddTags')
  const delivered = await deliveredNames(cairn)
  expect(delivered).not.toContain('Imported')
  expect(delivered).not.toContain('ForStore')
})
