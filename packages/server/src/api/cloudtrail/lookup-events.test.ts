import { writtenJson } from '@cairn/aws-kit/protocol'
import { feed } from '@cairn/testkit/contracts/history-index'
import { eventFrame } from '@cairn/testkit/fakes/frames'
import { beforeEach, describe, expect, it } from 'vitest'
import { createHistory } from '../../history/index.ts'
import { createTestInstallation } from '../../http/installation.fixture.ts'
import type { EventFrame, EventLog } from '../../ports/event-log.ts'
import type { HistoryIndex } from '../../ports/history-index.ts'
import { quotasOf } from '../../quotas/index.ts'
import { createMemoryEventLog } from '../../storage/memory/event-log.ts'
import { createMemoryHistory } from '../../storage/memory/history.ts'
import { createMemoryKeyVault } from '../../storage/memory/key-vault.ts'
import type { Capabilities } from '../capabilities.ts'
import type { CloudTrailOperations } from '../generated/cloudtrail.ts'
import type { Call, Fail } from '../operation.ts'
import { lookupEvents } from './lookup-events.ts'

type Input = CloudTrailOperations['LookupEvents']['input']
type Output = CloudTrailOperations['LookupEvents']['output']

const account = '111111111111'
const caller = { account, region: 'eu-west-1', arn: `arn:aws:iam::${account}:user/ana` }

let log: EventLog
let index: HistoryIndex
let capabilities: Capabilities

beforeEach(() => {
  log = createMemoryEventLog()
  index = createMemoryHistory(log)
  capabilities = capabilitiesUnder('none')
})

function capabilitiesUnder(quotas: 'none' | 'aws'): Capabilities {
  const history = createHistory({ index, log, vault: createMemoryKeyVault() })
  const clock = { nowMs: () => Date.parse('2026-05-01T00:00:00Z') }
  return { history, quotas: quotasOf(quotas), clock } as unknown as Capabilities
}

class Refusal extends Error {}
const fail: Fail<string> = (code, message) => {
  throw new Refusal(`${code}: ${message}`)
}

async function lookUp(input: Input, who: typeof caller = caller): Promise<Output> {
  const principal = { kind: 'user', account: who.account, arn: who.arn }
  const call = { account: who.account, region: who.region, principal } as unknown as Call
  const json = writtenJson(await lookupEvents.run(input, capabilities, call, fail)) ?? ''
  const { Events = [], ...rest }: Output = JSON.parse(Buffer.from(json).toString())
  return { Events: Events.map((event) => ({ ...event, EventTime: (event.EventTime ?? 0) * 1000 })), ...rest }
}

async function record(given: object, frame: Partial<EventFrame> = {}): Promise<void> {
  await log.append([eventFrame({ account, region: 'eu-west-1', text: JSON.stringify(given), ...frame })])
  await feed(log, index)
}

const full = {
  eventVersion: '1.11',
  userIdentity: { type: 'IAMUser', accessKeyId: 'AKIAEXAMPLE', userName: 'ana' },
  eventTime: '2026-02-03T04:05:06Z',
  eventSource: 'kms.amazonaws.com',
  eventName: 'Decrypt',
  awsRegion: 'eu-west-1',
  eventID: '0d0c5a3f-0000-4000-8000-000000000001',
  readOnly: true,
  resources: [{ accountId: account, type: 'AWS::KMS::Key', ARN: 'arn:aws:kms:eu-west-1:111111111111:key/k' }],
  managementEvent: true,
}

const attribute = (AttributeKey: string, AttributeValue: string): Input =>
  ({ LookupAttributes: [{ AttributeKey, AttributeValue }] }) as Input

const ids = ({ Events = [] }: Output) => Events.map(({ EventId }) => EventId)

describe('LookupEvents', () => {
  it('shows an event with all its members, and the record as it was stored', async () => {
    await record(full)
    const { Events, NextToken } = await lookUp({})
    expect(Events).toEqual([
      {
        EventId: full.eventID,
        EventName: 'Decrypt',
        ReadOnly: 'true',
        AccessKeyId: 'AKIAEXAMPLE',
        EventTime: Date.parse(full.eventTime),
        EventSource: 'kms.amazonaws.com',
        Username: 'ana',
        Resources: [{ ResourceType: 'AWS::KMS::Key', ResourceName: 'arn:aws:kms:eu-west-1:111111111111:key/k' }],
        CloudTrailEvent: JSON.stringify(full),
      },
    ])
    expect(NextToken).toBeUndefined()
  })

  it.each([
    ['EventId', full.eventID],
    ['EventName', 'Decrypt'],
    ['ReadOnly', 'true'],
    ['Username', 'ana'],
    ['ResourceType', 'AWS::KMS::Key'],
    ['ResourceName', 'arn:aws:kms:eu-west-1:111111111111:key/k'],
    ['EventSource', 'kms.amazonaws.com'],
    ['AccessKeyId', 'AKIAEXAMPLE'],
  ])('finds by %s, exactly', async (key, value) => {
    await record(full)
    await record({ eventID: 'other', eventTime: full.eventTime, readOnly: false })
    expect(ids(await lookUp(attribute(key, value)))).toEqual([full.eventID])
    if (key !== 'ReadOnly') expect(ids(await lookUp(attribute(key, `${value.slice(0, -1)}*`)))).toEqual([])
  })

  it('shows management events of the account and region of the call only', async () => {
    await record({ ...full, eventID: 'mine' })
    await record({ ...full, eventID: 'data', managementEvent: false })
    await record({ ...full, eventID: 'insight', eventCategory: 'Insight' })
    await record({ ...full, eventID: 'elsewhere' }, { region: 'us-east-1' })
    await record({ ...full, eventID: 'theirs' }, { account: '222222222222' })
    expect(ids(await lookUp({}))).toEqual(['mine'])
    expect(ids(await lookUp({ EventCategory: 'insight' }))).toEqual(['insight'])
  })

  it('takes both ends of the time range in', async () => {
    for (const second of ['05', '06', '07', '08']) {
      await record({ ...full, eventID: second, eventTime: `2026-02-03T04:05:${second}Z` })
    }
    const at = (second: string) => Date.parse(`2026-02-03T04:05:${second}Z`)
    expect(ids(await lookUp({ StartTime: at('06'), EndTime: at('07') }))).toEqual(['07', '06'])
  })

  it('pages newest first without gaps, while newer events arrive', async () => {
    for (let n = 10; n < 17; n += 1) await record({ ...full, eventID: `e${n}`, eventTime: `2026-02-03T04:05:${n}Z` })
    const first = await lookUp({ MaxResults: 3 })
    expect(ids(first)).toEqual(['e16', 'e15', 'e14'])
    await record({ ...full, eventID: 'e17', eventTime: '2026-02-03T04:05:17Z' })
    const second = await lookUp({ MaxResults: 3, NextToken: first.NextToken })
    expect(ids(second)).toEqual(['e13', 'e12', 'e11'])
    const third = await lookUp({ MaxResults: 3, NextToken: second.NextToken })
    expect(ids(third)).toEqual(['e10'])
    expect(third.NextToken).toBeUndefined()
  })

  it('says that it cannot answer while the index is rebuilt, and does not leave events out', async () => {
    const rebuilding = { ...index, status: () => ({ ...index.status(), state: 'rebuilding' as const }) }
    const history = createHistory({ index: rebuilding, log, vault: createMemoryKeyVault() })
    capabilities = { ...capabilities, history }
    await expect(lookUp({})).rejects.toMatchObject({ code: 'history.rebuilding' })
  })

  describe('InvalidNextTokenException', () => {
    it.each([
      ['another caller', {}, { ...caller, arn: `${caller.arn}2` }],
      ['another region', {}, { ...caller, region: 'us-east-1' }],
      ['another account', {}, { ...caller, account: '222222222222' }],
      ['other parameters', attribute('ReadOnly', 'true'), caller],
    ])('for a token of %s', async (_, input, who) => {
      await record({ ...full, eventID: 'a' })
      await record({ ...full, eventID: 'b' })
      const { NextToken } = await lookUp({ MaxResults: 1 })
      await expect(lookUp({ ...input, MaxResults: 1, NextToken }, who)).rejects.toThrow('InvalidNextTokenException')
    })

    it('for what never was a token', async () => {
      await expect(lookUp({ NextToken: 'x'.repeat(5_000) })).rejects.toThrow('InvalidNextTokenException')
    })
  })

  describe('InvalidLookupAttributesException', () => {
    it('for two attributes', async () => {
      const two = { AttributeKey: 'EventName', AttributeValue: 'x' } as const
      await expect(lookUp({ LookupAttributes: [two, two] })).rejects.toThrow('InvalidLookupAttributesException')
    })
    it('for a ReadOnly that is neither true nor false', async () => {
      await expect(lookUp(attribute('ReadOnly', 'True'))).rejects.toThrow('InvalidLookupAttributesException')
    })
    it('for a value that is too long, some characters counting double', async () => {
      await expect(lookUp(attribute('EventName', 'a'.repeat(2_000)))).resolves.toEqual({ Events: [] })
      await expect(lookUp(attribute('EventName', '_'.repeat(1_001)))).rejects.toThrow(
        'InvalidLookupAttributesException',
      )
    })
    it('for an attribute that insights events do not have', async () => {
      const input = { ...attribute('Username', 'x'), EventCategory: 'insight' as const }
      await expect(lookUp(input)).rejects.toThrow('InvalidLookupAttributesException')
    })
  })

  it('refuses with InvalidTimeRangeException when the start lies after the end', async () => {
    await expect(lookUp({ StartTime: 2_000, EndTime: 1_000 })).rejects.toThrow('InvalidTimeRangeException')
  })

  it.each([
    [{ MaxResults: 0 }, 'InvalidMaxResultsException', 'maxResults'],
    [{ MaxResults: 51 }, 'InvalidMaxResultsException', 'maxResults'],
    [{ EventCategory: 'data' }, 'InvalidEventCategoryException', 'eventCategory'],
    [attribute('Colour', 'red'), 'InvalidLookupAttributesException', 'lookupAttributes.1.member.attributeKey'],
    [attribute('EventName', ''), 'InvalidLookupAttributesException', 'lookupAttributes.1.member.attributeValue'],
  ])('refuses what the model does not allow with an error of its own: %j', async (input, __type, member) => {
    await using cairn = await createTestInstallation({ mode: 'emulator' })
    expect((await cairn.call('LookupEvents', input)).body).toMatchObject({
      __type,
      message: expect.stringMatching(`^1 validation error detected: Value '.*' at '${member}' failed to satisfy`),
    })
  })
})

describe('how far back it answers', () => {
  const times = ['2026-01-30T00:00:00Z', '2026-02-01T00:00:00Z']

  it('all history by default, 90 days under the quotas of AWS, also when older is asked for', async () => {
    for (const eventTime of times) await record({ ...full, eventTime })
    const found = async () => {
      const { Events = [] } = await lookUp({ StartTime: 0 })
      return Events.map(({ EventTime = 0 }) => new Date(EventTime).toISOString().slice(0, 10))
    }
    expect(await found()).toEqual(['2026-02-01', '2026-01-30'])
    capabilities = capabilitiesUnder('aws')
    expect(await found()).toEqual(['2026-02-01'])
  })
})
