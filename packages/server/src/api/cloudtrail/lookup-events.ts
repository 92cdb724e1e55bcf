import { writtenOutput } from '@cairn/aws-kit/protocol'
import { everything, type LookupQuery } from '@cairn/core/lookup'
import { Fault } from '../../fault.ts'
import {
  attributeCondition,
  attributeLength,
  attributeLengthMax,
  type History,
  insightAttributes,
  type PageRequest,
} from '../../history/index.ts'
import type { CloudTrailOperations } from '../generated/cloudtrail.ts'
import type { Call, Fail } from '../operation.ts'
import { defineOperation } from './service.ts'

type Input = CloudTrailOperations['LookupEvents']['input']
type Failing = Fail<CloudTrailOperations['LookupEvents']['error']>

const resultsMax = 50

const start = Buffer.from('{"Events":[')

/** Events of the caller's account in the region called, newest first. */
export const lookupEvents = defineOperation({
  name: 'LookupEvents',
  action: 'cloudtrail:LookupEvents',
  uses: ['history', 'quotas', 'clock'],
  readOnly: true,
  invalid: {
    EventCategory: 'InvalidEventCategoryException',
    LookupAttributes: 'InvalidLookupAttributesException',
    MaxResults: 'InvalidMaxResultsException',
  },
  async run(input, { history, quotas, clock }, call, fail) {
    const { historyMsMax } = quotas
    const asked = queryOf(input, call, fail)
    const oldestMs = historyMsMax === undefined ? everything.sinceMs : clock.nowMs() - historyMsMax
    const query = { ...asked, sinceMs: Math.max(asked.sinceMs, oldestMs) }
    const { entries, next } = await pageOf(history, fail, {
      query,
      bound: ['LookupEvents', call.account, call.region, callerOf(call), requestText(input)],
      token: input.NextToken,
      caller: callerOf(call),
      signal: deadlines.next(),
    })
    const end = next === undefined ? ']}' : `],"NextToken":${JSON.stringify(next)}}`
    return writtenOutput(Buffer.concat([start, entries, Buffer.from(end)]))
  },
})

/** Clients give up after a minute. */
const answerMsMax = 50_000

/** Calls of one second have one deadline: at a thousand a second, timers of their own would be fifty thousand. */
const deadlines = {
  signal: AbortSignal.abort(),
  untilMs: 0,
  next(): AbortSignal {
    const nowMs = performance.now()
    if (nowMs >= this.untilMs) {
      this.signal = AbortSignal.timeout(answerMsMax)
      this.untilMs = nowMs + 1_000
    }
    return this.signal
  },
}

async function pageOf(history: History, fail: Failing, request: PageRequest) {
  try {
    return await history.page(request)
  } catch (error) {
    if (error instanceof Fault && error.code === 'history.bad-token') {
      return fail('InvalidNextTokenException', 'Invalid token.')
    }
    throw error
  }
}

function queryOf(input: Input, call: Call, fail: Failing): LookupQuery {
  const { LookupAttributes: attributes = [], EventCategory: category, MaxResults: max = resultsMax } = input
  if (attributes.length > 1) {
    fail('InvalidLookupAttributesException', 'You can specify only one lookup attribute.')
  }
  for (const { AttributeKey: key, AttributeValue: value } of attributes) {
    if (category === 'insight' && !insightAttributes.includes(key)) {
      fail('InvalidLookupAttributesException', `The attribute ${key} is not supported for insight events.`)
    }
    if (attributeLength(value) > attributeLengthMax) {
      fail('InvalidLookupAttributesException', `The value of ${key} is longer than ${attributeLengthMax} characters.`)
    }
    if (key === 'ReadOnly' && value !== 'true' && value !== 'false') {
      fail('InvalidLookupAttributesException', 'The value of ReadOnly must be true or false.')
    }
  }
  const { StartTime: start, EndTime: end } = input
  if (start !== undefined && end !== undefined && start > end) {
    fail('InvalidTimeRangeException', 'The start time must be earlier than the end time.')
  }
  return {
    ...everything,
    conditions: attributes.map(({ AttributeKey, AttributeValue }) => attributeCondition(AttributeKey, AttributeValue)),
    accounts: [call.account],
    regions: [call.region],
    categories: [category === 'insight' ? 'insight' : 'management'],
    sinceMs: start ?? everything.sinceMs,
    // Whole seconds are meant whole: an event is shown with the second it is in.
    untilMs: end === undefined ? everything.untilMs : end + (end % 1_000 === 0 ? 999 : 0),
    eventsMax: max,
  }
}

/** What the next page must ask for again. The length of a page may change. */
function requestText({ LookupAttributes, StartTime, EndTime, EventCategory }: Input): string {
  const attributes = LookupAttributes?.map(({ AttributeKey, AttributeValue }) => [AttributeKey, AttributeValue]) ?? []
  return JSON.stringify([attributes, StartTime, EndTime, EventCategory])
}

function callerOf({ principal, account }: Call): string {
  return 'arn' in principal ? principal.arn : `${principal.kind} ${account}`
}
