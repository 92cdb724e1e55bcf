import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fullSize } from '@cairn/testkit'
import { textOf } from '@cairn/testkit/contracts/object-store'
import { expect, it } from 'vitest'
import type { VersionedObjectStore } from '../../ports/object-store.ts'
import { createLocalBucketStore } from './local-bucket.ts'

const writer = fileURLToPath(new URL('./writer.fixture.ts', import.meta.url))

/** Lets a writer run until it has acknowledged `linesMin` writes, kills it in the middle of more, and gives them. */
async function killedWriter(directory: string, linesMin: number): Promise<string[]> {
  const child: ChildProcess = spawn(process.execPath, [writer, directory], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString()
    if (output.split('\n').length > linesMin) child.kill('SIGKILL')
  })
  await once(child, 'close')
  // The last line may be cut off: what it acknowledges was not heard.
  return output.split('\n').slice(0, -1)
}

async function wholeText(opened: Awaited<ReturnType<VersionedObjectStore['open']>>): Promise<string | undefined> {
  if (!opened) return undefined
  const text = await textOf(opened.read())
  return text === `${opened.head.key}\n`.repeat(Number(opened.head.headers.chunks)) ? opened.head.key : 'torn'
}

it('shows after a kill everything acknowledged, nothing half written, and sweeps the rest', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'cairn-crash-'))
  try {
    const acknowledged: string[] = []
    for (let round = 0; round < fullSize(5, 100); round += 1) {
      acknowledged.push(...(await killedWriter(directory, 1 + ((round * 7) % 40))))
    }
    const ids = { uuid: randomUUID, bytes: (count: number) => randomBytes(count) }
    const store = await createLocalBucketStore({ directory, clock: { nowMs: () => 0 }, ids })
    expect(await readdir(join(directory, 'tmp'))).toEqual([])
    expect(acknowledged.length).toBeGreaterThan(0)
    for (const line of acknowledged) {
      const [, key = '', versionId] = /^(?:put|version) (.+?)(?: ([0-9a-f]{32}))?$/.exec(line) ?? []
      const opened = versionId ? store.openVersion('audit', key, versionId) : store.open('audit', key)
      expect(await wholeText(await opened)).toBe(key)
    }
    let startAfter: { key: string; versionId?: string } | undefined
    do {
      const page = await store.listVersions({ bucket: 'audit', limit: 500, ...(startAfter && { startAfter }) })
      for (const { key, versionId } of page.versions) {
        expect(await wholeText(await store.openVersion('audit', key, versionId))).toBe(key)
      }
      startAfter = page.next
    } while (startAfter)
  } finally {
    await rm(directory, { recursive: true })
  }
}, 60_000)
