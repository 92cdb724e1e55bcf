import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseRecordTime, readRecord, recordTimeAt } from '../record/index.ts'
import { createGlancer, type Glance } from './glance.ts'
import { selectableEvent } from './selectable-event.ts'
import type { SelectableEvent } from './selector.ts'

const glance = createGlancer()
const encoder = new TextEncoder()

const time = fc.oneof(
  fc
    .date({ noInvalidDate: true, min: new Date('1970-01-01'), max: new Date('2100-01-01') })
    .map((date) => date.toISOString()),
  fc
    .date({ noInvalidDate: true, min: new Date('1970-01-01'), max: new Date('2100-01-01') })
    .map((date) => `${date.toISOString().slice(0, 19)}Z`),
  fc.constantFrom(
    '2025-02-30T10:00:00Z',
    '2025-13-01T10:00:00Z',
    '2025-01-01T24:00:00Z',
    '2025-01-01T23:59:60Z',
    '2025-01-01 10:00:00Z',
    '',
  ),
)
const text = fc.oneof(
  fc.constantFrom('Management', 'Data', 'PutObject', 's3.amazonaws.com', 'é', 'a"b', 'true'),
  fc.string(),
)
const any = fc.oneof(text, fc.boolean(), fc.constant(null), fc.integer(), fc.constantFrom({ arn: 'x' }, []))
const identity = fc.record({ arn: any, invokedBy: any, 'in"vokedBy': any }, { requiredKeys: [] })
const resource = fc.record({ type: any, ARN: any, ARNPrefix: any }, { requiredKeys: [] })
const record = fc.record(
  {
    eventCategory: any,
    managementEvent: any,
    readOnly: any,
    eventSource: any,
    eventName: any,
    eventType: any,
    sessionCredentialFromConsole: any,
    userIdentity: fc.oneof(identity, any),
    resources: fc.oneof(fc.array(fc.oneof(resource, any), { maxLength: 3 }), any),
    errorCode: any,
    vpcEndpointId: any,
    eventTime: fc.oneof(time, any),
    requestParameters: fc.jsonValue(),
  },
  { requiredKeys: [] },
)

/** With its getters asked, as an object that can be compared. */
function read({ selectable, eventTimeMs }: Glance): unknown {
  const names = Object.keys(selectableEvent({})) as (keyof SelectableEvent)[]
  return { eventTimeMs, ...Object.fromEntries(names.map((name) => [name, selectable[name]])) }
}

function parsed(bytes: Uint8Array): unknown {
  const whole = readRecord(bytes)
  return whole && { eventTimeMs: parseRecordTime(whole.eventTime), ...selectableEvent(whole) }
}

describe('a glance at a record', () => {
  test('tells what the parsed record tells', () => {
    fc.assert(
      fc.property(record, fc.constantFrom(0, 1), (value, indent) => {
        const bytes = encoder.encode(JSON.stringify(value, undefined, indent))
        const seen = glance(bytes)
        expect(seen && read(seen)).toEqual(parsed(bytes))
      }),
      { numRuns: 1_000 },
    )
  })

  test('gives nothing of what is no JSON object', () => {
    for (const broken of ['', '[]', 'null', '"x"', '{', '{"eventName":"x"', '{"eventName":x}', '{} {}']) {
      expect(glance(encoder.encode(broken))).toBeUndefined()
    }
  })

  test('reads times of the usual form as they are read anywhere', () => {
    fc.assert(
      fc.property(time, (value) => {
        const seen = recordTimeAt(encoder.encode(value), 0, value.length)
        if (seen !== undefined) expect(seen).toBe(parseRecordTime(value))
        else expect(value).not.toMatch(/^\d{4}-(0[1-9]|1[0-2])-([01][1-9]|2[0-8])T([01]\d|2[0-3])(:[0-5]\d){2}Z$/)
      }),
      { numRuns: 1_000 },
    )
  })
})
