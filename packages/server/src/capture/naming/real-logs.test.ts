import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { filesBelow, realData } from '@cairn/testkit'
import { describe, expect, test } from 'vitest'
import { type NamedCall, nameCall, readAnswer } from './index.ts'
import { operationOf, type RealRecord, rebuildAnswer, rebuildRequest } from './rebuild.fixture.ts'

const data = realData()

function realRecords(): readonly RealRecord[] {
  const folder = join(data ?? '', 'real-logs')
  return filesBelow(folder)
    .filter((name) => /\.json(\.gz)?$/.test(name))
    .flatMap((name) => {
      const bytes = readFileSync(join(folder, name))
      return recordsIn((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString())
    })
    .filter((record) => record?.eventType === 'AwsApiCall')
}

function recordsIn(text: string): readonly RealRecord[] {
  try {
    const value = JSON.parse(text)
    return Array.isArray(value) ? value : (value.Records ?? [value])
  } catch {
    // One of the sets is a malformed document on purpose; each of its records is one all the same.
    return [...text.matchAll(/\{\s*"eventVersion"/g)].map(({ index }) => objectAt(text, index) as RealRecord)
  }
}

/** The JSON object that begins at a place. */
function objectAt(text: string, start: number): unknown {
  let depth = 0
  for (const match of text.slice(start).matchAll(/"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (match[0] === '{') depth += 1
    else if (match[0] === '}') depth -= 1
    if (depth === 0) return JSON.parse(text.slice(start, start + match.index + 1))
  }
  return undefined
}

/** Paths of all that is in a value, with the type of what is there; indexes do not count. */
function paths(value: unknown, at: string, found: Map<string, string> = new Map()): Map<string, string> {
  if (Array.isArray(value)) {
    found.set(at, 'list')
    for (const item of value) paths(item, `${at}[]`, found)
  } else if (typeof value === 'object' && value !== null) {
    found.set(at, 'object')
    for (const [name, item] of Object.entries(value)) paths(item, `${at}.${name}`, found)
  } else found.set(at, value === null ? 'null' : typeof value)
  return found
}

class Agreement {
  readonly #fields = new Map<string, { agree: number; all: number }>()
  readonly #differences = new Map<string, number>()

  compare(operation: string, field: string, real: unknown, ours: unknown): void {
    const [wanted, made] = [paths(real, field), paths(ours, field)]
    for (const path of new Set([...wanted.keys(), ...made.keys()])) {
      const agrees = wanted.get(path) === made.get(path)
      const count = this.#fields.get(field) ?? { agree: 0, all: 0 }
      this.#fields.set(field, { agree: count.agree + (agrees ? 1 : 0), all: count.all + 1 })
      if (agrees) continue
      const difference = `${operation} ${path}: ${wanted.get(path) ?? 'absent'}, ours ${made.get(path) ?? 'absent'}`
      this.#differences.set(difference, (this.#differences.get(difference) ?? 0) + 1)
    }
  }

  same(operation: string, field: string, real: unknown, ours: unknown): void {
    this.compare(operation, field, real === ours ? 0 : String(real), 0)
  }

  mostFrequent(count: number): readonly string[] {
    const sorted = [...this.#differences].sort((a, b) => b[1] - a[1])
    return sorted.slice(0, count).map(([difference, times]) => `${times} × ${difference}`)
  }

  get table(): readonly string[] {
    const rows = [...this.#fields, ['all', this.total] as const]
    return rows.map(([field, { agree, all }]) => `${field}: ${agree} of ${all} (${((100 * agree) / all).toFixed(2)} %)`)
  }

  get total(): { agree: number; all: number } {
    const counts = [...this.#fields.values()]
    return {
      agree: counts.reduce((sum, one) => sum + one.agree, 0),
      all: counts.reduce((sum, one) => sum + one.all, 0),
    }
  }
}

function resourceShapes(resources: unknown): unknown {
  if (!Array.isArray(resources) || resources.length === 0) return null
  return resources
}

describe.skipIf(data === undefined)('real logs (skipped where ../shared/data is absent)', () => {
  test('calls rebuilt from their records have records of the same shape', { timeout: 60_000 }, () => {
    const agreement = new Agreement()
    const strange = new Map<string, number>()
    let calls = 0
    for (const record of data === undefined ? [] : realRecords()) {
      const name = `${record.eventSource.split('.')[0]}:${record.eventName}`
      const found = operationOf(record)
      if (found === undefined) {
        strange.set(name, (strange.get(name) ?? 0) + 1)
        continue
      }
      calls += 1
      const { table, operation } = found
      const place = { account: String(record.recipientAccountId), region: record.awsRegion, partition: 'aws' }
      const call: NamedCall = nameCall(rebuildRequest(table, operation, record), place)
      agreement.same(name, 'eventSource', record.eventSource, call.eventSource)
      agreement.same(name, 'eventName', record.eventName, call.eventName)
      agreement.same(name, 'readOnly', record.readOnly ?? call.readOnly, call.readOnly)
      agreement.same(name, 'managementEvent', record.managementEvent ?? true, call.category === 'Management')
      // A refused call often shows nothing of what was asked; a rebuilt one then has nothing to show either.
      const isHidden = record.requestParameters === null && record.errorCode !== undefined
      if (!isHidden) agreement.compare(name, 'requestParameters', record.requestParameters, call.requestParameters)
      const answer = rebuildAnswer(table, operation, record)
      const read = answer === undefined ? undefined : readAnswer(call, answer)
      agreement.compare(name, 'responseElements', record.responseElements ?? null, read?.responseElements ?? null)
      if (!isHidden && record.errorCode === undefined) {
        agreement.compare(
          name,
          'resources',
          resourceShapes(record.resources),
          resourceShapes(read?.resources ?? call.resources),
        )
      }
    }
    const { agree, all } = agreement.total
    console.log(
      `${calls} real calls rebuilt; fields that agree in name, type and place:\n${agreement.table.join('\n')}`,
    )
    console.log(`no API: ${[...strange.keys()].join(' ')}`)
    console.log(`most frequent differences:\n${agreement.mostFrequent(12).join('\n')}`)
    expect(agree / all).toBeGreaterThanOrEqual(0.95)
  })
})
