import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { registerEventLogContract } from '@cairn/testkit/contracts/event-log'
import { openQuietLog } from '@cairn/testkit/fakes/quiet-log'
import { afterAll, beforeAll } from 'vitest'
import type { SegmentLog, SegmentLogOptions } from './segment-log.ts'

let root = ''
let logs = 0
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'cairn-log-'))
})
afterAll(() => rm(root, { recursive: true }))

function open(directory: string, options: Partial<SegmentLogOptions> = {}): Promise<SegmentLog> {
  const randomBytes = (count: number) => new Uint8Array(count).fill(7)
  return openQuietLog(directory, { randomBytes, onFailed: () => {}, reserveBytes: 4096, ...options })
}

function contract(name: string, options: Partial<SegmentLogOptions>): void {
  registerEventLogContract(name, async () => {
    const directory = path.join(root, `log-${logs++}`)
    return { log: await open(directory, options), reopen: () => open(directory, options) }
  })
}

contract('segment log', {})
contract('segment log that rolls after every commit', { segmentBytesMax: 1 })
