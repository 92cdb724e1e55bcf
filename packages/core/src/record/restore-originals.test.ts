import { expect, test } from 'vitest'
import { buildRecordKeepingOriginals, type RecordDraft, restoreOriginals } from './index.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

const draft: RecordDraft = {
  userIdentity: { type: 'IAMUser' },
  eventTimeMs: 0,
  eventSource: 'shop.amazonaws.com',
  eventName: 'Buy',
  awsRegion: 'us-east-1',
  sourceIPAddress: '192.0.2.1',
  eventID: 'a',
  recipientAccountId: '123456789012',
  eventCategory: 'Management',
}
const text = (length: number) => ({ text: 'x'.repeat(length) })

/** A record and its originals, as the log keeps them. */
function frames(more: Partial<RecordDraft>) {
  const built = buildRecordKeepingOriginals({ ...draft, ...more })
  return {
    record: encoder.encode(built.text),
    originals: built.omitted.map(({ field, json }) =>
      encoder.encode(`{"field":"${field}","sha256":"${'0'.repeat(64)}","content":${json}}`),
    ),
  }
}

const restored = (more: Partial<RecordDraft>, bytesMax = 1 << 20) => {
  const { record, originals } = frames(more)
  return JSON.parse(decoder.decode(restoreOriginals(record, originals, bytesMax))) as Record<string, unknown>
}

test('what was left out is back in its place, and everything else as it was', () => {
  const requestParameters = { ...text(120_000), quote: '"}{' }
  const additionalEventData = text(30_000)
  expect(frames({ requestParameters, additionalEventData }).originals).toHaveLength(2)
  const { requestParameters: _, additionalEventData: __, ...rest } = restored({})
  expect(restored({ requestParameters, additionalEventData })).toEqual({
    ...rest,
    requestParameters,
    additionalEventData,
    responseElements: null,
  })
})

test('what does not fit stays out, and smaller parts are put back all the same', () => {
  const whole = restored({ requestParameters: text(150_000), responseElements: text(110_000) }, 200_000)
  expect(whole.requestParameters).toMatchObject({ omitted: true })
  expect(whole.responseElements).toEqual(text(110_000))
})

test('a value that only looks like a mark is left alone', () => {
  const mark = { omitted: true, originalSize: 1, reason: 'requestParameters too large' }
  const requestParameters = { requestParameters: mark, responseElements: mark }
  const responseElements = text(110_000)
  expect(restored({ requestParameters, responseElements })).toMatchObject({ requestParameters, responseElements })
})

test('a record that left nothing out is handed back untouched', () => {
  const { record } = frames({ requestParameters: { a: 1 } })
  expect(restoreOriginals(record, [], 1 << 20)).toBe(record)
  const stray = encoder.encode('{"field":"requestParameters","sha256":"","content":{"b":2}}')
  expect(restoreOriginals(record, [stray], 1 << 20)).toEqual(record)
})
