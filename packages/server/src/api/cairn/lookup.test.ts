import { feed } from '@cairn/testkit/contracts/history-index'
import { eventFrame } from '@cairn/testkit/fakes/frames'
import { beforeEach, describe, expect, it } from 'vitest'
import type { FailedFiles } from '../../capture/failed-files/index.ts'
import { Fault } from '../../fault.ts'
import { createHistory, type History } from '../../history/index.ts'
import { createMemoryEventLog } from '../../storage/memory/event-log.ts'
import { createMemoryHistory } from '../../storage/memory/history.ts'
import { createMemoryKeyVault } from '../../storage/memory/key-vault.ts'
import type { Capabilities } from '../capabilities.ts'
import type { EndpointRequest } from '../endpoint.ts'
import { lookup, lookupByQuery } from './lookup.ts'

let history: History

beforeEach(async () => {
  const log = createMemoryEventLog()
  const index = createMemoryHistory(log)
  history = createHistory({ index, log, vault: createMemoryKeyVault() })
  await log.append([
    eventFrame({ text: '{"eventName":"A",\n "eventTime":"2026-01-01T00:00:00Z","n":1.0}', account: '111111111111' }),
    eventFrame({ text: '{"eventName":"B","eventTime":"2026-01-02T00:00:00Z"}', account: '222222222222' }),
  ])
  await feed(log, index)
})

async function* bytesOf(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

async function ask(given: { body?: AsyncIterable<Uint8Array>; query?: string }) {
  const request: EndpointRequest = {
    query: new URLSearchParams(given.query),
    headers: {},
    body: given.body ?? bytesOf(),
    require: () => {},
    principal: { kind: 'operator', accessKeyId: 'AKIAOPERATOR' },
    signal: new AbortController().signal,
  }
  const failedFiles = { of: () => [] } as Partial<FailedFiles>
  const capabilities = { history, failedFiles, clock: { nowMs: () => Date.parse('2026-01-03') } } as Capabilities
  const answer = await (given.query === undefined ? lookup : lookupByQuery).run(request, capabilities)
  let text = ''
  if (typeof answer.body === 'string') text = answer.body
  else for await (const part of answer.body) text += typeof part === 'string' ? part : Buffer.from(part).toString()
  return { ...answer, lines: text.split('\n').filter((line) => line !== '') }
}

describe('the look-up endpoint', () => {
  it('streams events of all accounts as lines with the stored bytes, then the summary', async () => {
    const { status, contentType, lines } = await ask({ body: bytesOf('{"order":', '"oldest","count":true}') })
    expect({ status, contentType }).toEqual({ status: 200, contentType: 'application/x-ndjson' })
    expect(lines[0]).toBe(
      '{"account":"111111111111","region":"eu-central-1","time":"2026-01-01T00:00:00.000Z","position":0,"event":{"eventName":"A", "eventTime":"2026-01-01T00:00:00Z","n":1.0}}',
    )
    expect(lines).toHaveLength(3)
    expect(JSON.parse(lines[2] ?? '')).toMatchObject({ summary: { matched: 2, returned: 2, end: 'complete' } })
  })

  it('takes the look-up from the query, with times relative to now', async () => {
    const { lines } = await ask({ query: `query=${encodeURIComponent('{"since":"-1d"}')}` })
    expect(lines.map((line) => JSON.parse(line).event?.eventName)).toEqual(['B', undefined])
  })

  it.each([
    ['no JSON', bytesOf('{"where"')],
    ['an unknown member', bytesOf('{"user":"ana"}')],
    ['more than a mebibyte', bytesOf(`{"since":"${'x'.repeat(1024 * 1024)}"}`)],
  ])('refuses %s', async (_, body) => {
    const { status, lines } = await ask({ body })
    expect(status).toBe(400)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ code: 'InvalidLookup' })
  })

  it('ends with the error when a look-up fails on the way', async () => {
    history = {
      ...history,
      search: async function* () {
        yield { kind: 'events', events: [] }
        throw new Fault('history.failed', 'the index failed')
      },
    }
    const { lines } = await ask({ body: bytesOf('{}') })
    expect(lines).toEqual(['{"error":{"code":"history.failed","message":"the index failed"}}'])
  })
})
