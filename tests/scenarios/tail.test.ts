import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { clients, programOf } from '@cairn/testkit/clients'
import { startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { expect, test } from 'vitest'

const program = join(import.meta.dirname, '../../packages/cli/bin/cairn.js')

/** `cairn tail` in the background: its lines one by one, and its end by Ctrl-C. */
function startTail(dataDir: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, [program, 'tail', '--data-dir', dataDir, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    line: async () => (await lines.next()).value as string,
    async interrupt(): Promise<number> {
      const ended = once(child, 'exit')
      child.kill('SIGINT')
      const [code] = await ended
      return code
    },
  }
}

const client = clients().aws2.kind === 'present' ? clients().aws2 : clients().aws1

test.skipIf(client.kind === 'absent')(
  'tail shows what changes something as it happens, also after a long silence, until Ctrl-C (skipped without aws-cli)',
  { timeout: 60_000 },
  async () => {
    using folder = temporaryFolder()
    await using cairn = await startCairn({
      dataDir: join(folder.path, 'data'),
      args: ['--limits-idle-timeout', '1s'],
    })
    const aws = programOf(client)
    const readable = startTail(cairn.dataDir, '--write-only', '--event-name', 'CreateUser')
    const raw = startTail(cairn.dataDir, '--ndjson', '--not', '--source', 'cairn.internal')
    // Longer than an idle connection is kept.
    await sleep(4_000)
    await cairn.run(aws, 'iam', 'list-users')
    await cairn.run(aws, 'iam', 'create-user', '--user-name', 'ana')
    expect(await readable.line()).toMatch(/admin +iam:CreateUser /)
    const records = [JSON.parse(await raw.line()), JSON.parse(await raw.line())]
    expect(records.map(({ eventName }) => eventName)).toEqual(['ListUsers', 'CreateUser'])
    expect([await readable.interrupt(), await raw.interrupt()]).toEqual([130, 130])
  },
)
