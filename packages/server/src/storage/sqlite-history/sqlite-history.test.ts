import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { registerHistoryIndexContract } from '@cairn/testkit/contracts/history-index'
import { afterAll } from 'vitest'
import { createMemoryEventLog } from '../memory/event-log.ts'
import { openSqliteHistory } from './index.ts'

const folder = await mkdtemp(join(tmpdir(), 'cairn-history-'))
afterAll(() => rm(folder, { recursive: true }))
let count = 0

const silent = { indexed() {}, rebuilding() {}, rebuilt() {}, searched() {} }

registerHistoryIndexContract('sqlite', async () => {
  const log = createMemoryEventLog()
  const path = join(folder, `${++count}.db`)
  const open = () => openSqliteHistory({ path, log, telemetry: silent })
  return { log, history: await open(), reopen: open }
})
