import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { loadModel, type ServiceModel } from '@cairn/aws-kit/model'
import { filesBelow, realData } from '@cairn/testkit'
import { describe, expect, test } from 'vitest'
import { buildRecord, type JsonObject, type RecordDraft } from './build-record.ts'
import { isReadOnlyName, showsResponse } from './habits/index.ts'
import { escapeHtmlSafe } from './json-text.ts'
import { recordMemberName, recordMembers } from './members.ts'

const data = realData()

/** As delivered by AWS, members in their order; other sets were re-sorted by their publishers. */
function deliveredRecords(): (RecordDraft & { eventVersion: string; eventTime: string; eventType: string })[] {
  const folder = join(data ?? '', 'real-logs/invictus-ir')
  return filesBelow(folder).flatMap(
    (name) => JSON.parse(gunzipSync(readFileSync(join(folder, name))).toString()).Records,
  )
}

describe.skipIf(data === undefined)('real records (skipped where ../shared/data is absent)', () => {
  const records = data === undefined ? [] : deliveredRecords()
  const apiCalls = records.filter(({ eventType }) => eventType === 'AwsApiCall')

  test('built again from their own values they have the same text', () => {
    const different: string[] = []
    for (const record of apiCalls) {
      const built = buildRecord({
        ...record,
        eventTimeMs: Date.parse(record.eventTime),
        sessionCredentialFromConsole: Boolean(record.sessionCredentialFromConsole),
      })
      const expected = escapeHtmlSafe(JSON.stringify({ ...record, eventVersion: '1.11' }))
      if (built !== expected) different.push(`${record.eventSource} ${record.eventName}`)
    }
    console.log(`${apiCalls.length - different.length} of ${apiCalls.length} real records built again with equal text`)
    expect(different).toEqual([])
  })

  test('the read rule and the answer rule agree with what was recorded', () => {
    const wrong = apiCalls.filter((record) => {
      const readOnly = isReadOnlyName(record.eventSource, record.eventName)
      return (
        readOnly !== record.readOnly || (!showsResponse({ ...record, readOnly }) && record.responseElements !== null)
      )
    })
    expect(wrong.map(({ eventSource, eventName }) => `${eventSource} ${eventName}`)).toEqual([])
  })

  test.each(['cloudtrail', 'iam', 'sts'] as const)('members of %s requests are shown as recorded', async (service) => {
    const model = await loadModel(service)
    const calls = apiCalls.filter(
      ({ eventSource, requestParameters }) => eventSource === `${service}.amazonaws.com` && requestParameters,
    )
    const kinds = new Set<string>()
    for (const { eventName, requestParameters } of calls) {
      const operation = model.operations[eventName]
      if (operation === undefined) continue
      kinds.add(eventName)
      const shown = recordMembers(model, operation.input, asInput(model, operation.input, requestParameters))
      expect(shown, eventName).toEqual(requestParameters)
    }
    expect(kinds.size).toBeGreaterThan(service === 'sts' ? 0 : 5)
  })
})

/** A request as its caller wrote it: members as the model spells them. */
function asInput(model: ServiceModel, shapeName: string | undefined, shown: unknown): unknown {
  const shape = shapeName === undefined ? undefined : model.shapes[shapeName]
  if (shape?.type === 'list' && Array.isArray(shown)) {
    return shown.map((item) => asInput(model, shape.member.shape, item))
  }
  if (shape?.type !== 'structure') return shown
  const members = Object.entries(shape.members).map(([name, member]) => {
    const value = (shown as JsonObject)[recordMemberName(name)]
    return [name, value === undefined ? undefined : asInput(model, member.shape, value)]
  })
  return Object.fromEntries(members)
}
