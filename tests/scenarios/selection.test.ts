import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { filesBelow, realData } from '@cairn/testkit'
import { type RunningCairn, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** Selectors tried on real log files, and one of their events explained, as typed. */

const data = realData()
const folder = temporaryFolder()
let cairn: RunningCairn
beforeAll(async () => {
  cairn = await startCairn({ dataDir: join(folder.path, 'data') })
})
afterAll(async () => {
  await cairn?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

interface Kinds {
  readonly kinds: readonly {
    readonly source: string
    readonly name: string
    readonly seen: number
    readonly kept: number
  }[]
}

describe.skipIf(data === undefined)('on real log files', () => {
  const logs = join(data ?? '', 'real-logs/invictus-ir')
  interface RealRecord {
    readonly eventID: string
    readonly eventSource: string
    readonly eventName: string
    readonly readOnly: boolean
  }
  const records = new Map<string, RealRecord>()

  beforeAll(async () => {
    for (const path of filesBelow(logs).filter((name) => name.endsWith('.json.gz'))) {
      const { Records = [] } = JSON.parse(gunzipSync(readFileSync(join(logs, path))).toString())
      for (const record of Records) records.set(record.eventID, record)
    }
    const { code, stderr } = await cairn.cairn('import', logs)
    expect([code, stderr]).toEqual([0, expect.any(String)])
  })

  test('a trial counts each kind as an offline count does', async () => {
    const file = join(folder.path, 'writes.json')
    writeFileSync(
      file,
      JSON.stringify([{ ReadWriteType: 'WriteOnly', ExcludeManagementEventSources: ['kms.amazonaws.com'] }]),
    )
    const expected = new Map<string, { seen: number; kept: number }>()
    for (const { eventSource, eventName, readOnly } of records.values()) {
      const count = expected.get(`${eventSource} ${eventName}`) ?? { seen: 0, kept: 0 }
      count.seen += 1
      count.kept += !readOnly && eventSource !== 'kms.amazonaws.com' ? 1 : 0
      expected.set(`${eventSource} ${eventName}`, count)
    }
    const { stdout } = await cairn.cairn('selectors', 'try', file, '--until', '2025-01-01', '--json')
    const { kinds }: Kinds = JSON.parse(stdout)
    const counted = new Map(kinds.map(({ source, name, seen, kept }) => [`${source} ${name}`, { seen, kept }]))
    expect(records.size).toBeGreaterThan(1000)
    expect(counted).toEqual(expected)
  })

  test('an imported event is explained: no trail takes it', async () => {
    const [eventId = ''] = records.keys()
    const { code, stdout } = await cairn.cairn('explain', eventId)
    expect(code).toBe(0)
    expect(stdout).toContain(`event ${eventId}`)
  })
})

test('an event that nobody has is not found', async () => {
  const { code, stderr } = await cairn.cairn('explain', '00000000-0000-4000-8000-000000000000')
  expect(code).toBe(3)
  expect(stderr).toContain('No event in the history has this id.')
})
