import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { assembleLogFile, fileKind, fileSuffix, type Lane, laneName, logFileKey } from '@cairn/core/log-file'
import { recordOfLine } from '@cairn/core/lookup'
import { CommandFailure } from '../failure.ts'

/** Larger files than AWS writes are read by everything that reads AWS's, but in one piece. */
const fileBytesMax = 16 * 1024 * 1024

interface OpenFile {
  readonly lane: Lane
  records: Uint8Array[]
  bytes: number
  newestMs: number
}

/**
 * Writes the events in the lines of a look-up as CloudTrail log files below `folder`, named and placed as AWS does.
 * Gives their paths.
 */
export async function saveFiles(lines: AsyncIterable<Uint8Array>, folder: string): Promise<readonly string[]> {
  const open = new Map<string, OpenFile>()
  const paths: string[] = []
  const flush = async (file: OpenFile) => {
    paths.push(await writeLogFile(file, folder))
    file.records = []
    file.bytes = 0
  }
  let last: Uint8Array = Buffer.from('{}')
  for await (const line of lines) {
    const record = recordOfLine(line)
    if (record === undefined) {
      last = line
      continue
    }
    const { account, region, time, event } = JSON.parse(Buffer.from(line).toString()) as FoundLine
    const lane = { account, region, kind: fileKind(event.eventCategory ?? 'Management') }
    const file = open.get(laneName(lane)) ?? { lane, records: [], bytes: 0, newestMs: 0 }
    open.set(laneName(lane), file)
    // The line's buffer is not ours to keep.
    file.records.push(Uint8Array.from(record))
    file.bytes += record.byteLength
    file.newestMs = Math.max(file.newestMs, Date.parse(time))
    if (file.bytes >= fileBytesMax) await flush(file)
  }
  requireComplete(last)
  for (const file of open.values()) if (file.records.length > 0) await flush(file)
  return paths
}

/** The last line. Files that look whole and are not would be worse than none. */
function requireComplete(line: Uint8Array): void {
  const { summary } = JSON.parse(Buffer.from(line).toString()) as { summary?: { end?: string } }
  if (summary?.end === 'complete') return
  throw new CommandFailure(`Not every record could be saved (${summary?.end ?? 'the look-up failed'}).`)
}

interface FoundLine {
  readonly account: string
  readonly region: string
  readonly time: string
  readonly event: { readonly eventCategory?: string }
}

async function writeLogFile({ lane, records, newestMs }: OpenFile, folder: string): Promise<string> {
  const content = assembleLogFile(records)
  const suffix = fileSuffix(createHash('sha256').update(content).digest())
  const path = join(folder, logFileKey({ lane, newestEventMs: newestMs, suffix }))
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, await promisify(gzip)(content))
  return path
}
