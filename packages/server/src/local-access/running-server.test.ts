import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { announceServer, findServer } from './index.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'cairn-running-'))
})
afterEach(() => rmSync(dataDir, { recursive: true }))

const server = { pid: process.pid, endpoint: 'http://127.0.0.1:4577', startedAt: '2026-01-01T00:00:00Z' }

test('a server is found while its note stands, and not after it was withdrawn', () => {
  expect(findServer(dataDir)).toBeUndefined()
  const withdraw = announceServer(dataDir, server)
  expect(findServer(dataDir)).toMatchObject(server)
  withdraw()
  expect(readdirSync(dataDir)).toEqual([])
})

test('only the owner can read the note', () => {
  announceServer(dataDir, server)
  expect(statSync(join(dataDir, 'server.json')).mode & 0o777).toBe(0o600)
})

test('the note of a killed server counts for nothing', () => {
  const { pid } = spawnSync(process.execPath, ['--version'])
  announceServer(dataDir, { ...server, pid })
  expect(findServer(dataDir)).toBeUndefined()
})

test('a server does not withdraw the note of its successor', () => {
  const withdraw = announceServer(dataDir, { ...server, pid: 1 })
  announceServer(dataDir, server)
  withdraw()
  expect(findServer(dataDir)).toMatchObject(server)
})

test.each(['', 'null', '{"format":2,"pid":1,"endpoint":"x"}', '{"format":1,"pid":-1,"endpoint":"x"}', '{"format":1}'])(
  'a note that says %j is refused',
  (text) => {
    writeFileSync(join(dataDir, 'server.json'), text)
    expect(() => findServer(dataDir)).toThrow(expect.objectContaining({ code: 'local.file-unreadable' }))
  },
)
