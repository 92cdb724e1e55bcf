import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { createMemoryEventLog } from '../../storage/memory/event-log.ts'
import { importsInto } from './imports.fixture.ts'
import type { ImportFile } from './index.ts'

/** Whole files as tools leave them, from their bytes to the log. That every wrapping is known is tested in core. */

// What a parser would lose: a doubled key, a big integer, half a surrogate pair, order and spaces.
const record =
  '{"eventVersion":"1.08", "eventID":"11111111-2222-3333-4444-555555555555","z":12345678901234567890,"z":1.0,"eventTime":"2024-01-02T03:04:05Z","eventName":"X","s":"\\ud800"}'
const asText = JSON.stringify(record)
const quoted = `"${record.replaceAll('"', '""')}"`

async function stored(name: string, content: Uint8Array): Promise<readonly string[]> {
  const log = createMemoryEventLog()
  const imports = importsInto(log)
  const files = async function* (): AsyncGenerator<ImportFile> {
    yield {
      name,
      bytes: (async function* () {
        yield content
      })(),
    }
  }
  for await (const event of imports.run({ files: files(), isPlan: false, signal: new AbortController().signal })) {
    if (event.kind === 'summary') expect(event.setAside).toBe(0)
  }
  const frames = await log.read(log.bounds().first, 1024 * 1024)
  return frames.map(({ bytes }) => Buffer.from(bytes).toString())
}

test.each([
  ['a log file of AWS', 'a_CloudTrail_eu-west-1_x.json.gz', gzipSync(`{"Records":[${record}]}`)],
  ['the same, recompressed', 'a.json.zst', zstdCompressSync(Buffer.from(`{"Records":[${record}]}`))],
  ['a log group exported to S3', 'exportedlogs/x/000000.gz', gzipSync(`2024-01-02T03:04:05.000Z ${record}\n`)],
  [
    'a log group streamed through Firehose',
    'x.gz',
    gzipSync(`{"messageType":"DATA_MESSAGE","logEvents":[{"id":"1","message":${asText}}]}`),
  ],
  ['a saved Lake query', 'result_1.csv.gz', gzipSync(`"eventTime","eventJson"\n"2024",${quoted}\n`)],
  ['a saved query of all columns', 'result_1.csv.gz', gzipSync(`"eventversion","eventjson"\n"1",${quoted}\n`)],
  ['GetQueryResults of all columns', 'r.json', Buffer.from(`{"QueryResultRows":[[{"eventjson":${asText}}]]}`)],
  ['GetQueryResults', 'r.json', Buffer.from(`{"QueryResultRows":[[{"eventJson":${asText}}]]}`)],
  ['LookupEvents', 'l.json', Buffer.from(`{"Events":[{"EventId":"1","CloudTrailEvent":${asText}}]}`)],
])('%s: its record is stored byte for byte', async (_, name, content) => {
  expect(await stored(name, content)).toEqual([record])
})
