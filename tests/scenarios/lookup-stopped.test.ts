import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { recordFrames } from '@cairn/testkit/fakes/records'
import { startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { expect, test } from 'vitest'

const program = join(import.meta.dirname, '../../packages/cli/bin/cairn.js')

/** Far more than sockets and pipes hold, so that an answer nobody reads keeps its search waiting. */
const eventCount = 40_000

test('Ctrl-C ends a look-up at once, and its work on the server', { timeout: 120_000 }, async () => {
  using folder = temporaryFolder()
  const logs = join(folder.path, 'logs')
  mkdirSync(logs)
  const startMs = Date.UTC(2025, 2, 1)
  const source = recordFrames({ seed: 5, startMs, accounts: ['111111111111'], regions: ['eu-west-1'], variety: 500 })
  const records = Array.from({ length: eventCount }, () => Buffer.from(source.next().value?.bytes ?? '').toString())
  writeFileSync(join(logs, 'all.ndjson'), records.join('\n'))
  const dataDir = join(folder.path, 'data')
  await using cairn = await startCairn({ dataDir, args: ['--log-level', 'debug'] })
  expect((await cairn.cairn('import', logs)).code).toBe(0)

  const searches = () => cairn.log().split('"event":"history searched"').length - 1
  const before = searches()
  const words = ['lookup', '--ndjson', '--limit', '1000000', '--data-dir', dataDir]
  const lookup = spawn(process.execPath, [program, ...words], { env: { ...cairn.environment } })
  await once(lookup.stdout, 'readable')
  // What was not read holds the search back; only then is there something to end.
  await sleep(500)
  expect(searches()).toBe(before)
  lookup.kill('SIGINT')
  expect(await once(lookup, 'exit')).toEqual([130, null])

  // A search that went on would have been counted by the time that another one of the same size is done.
  const whole = await cairn.cairn('lookup', '--where', 'requestParameters.roleName', '--count', '--limit', '0')
  expect(whole.stderr).toMatch(/^40,\d{3} events found/)
  expect(searches()).toBe(before + 1)
})
