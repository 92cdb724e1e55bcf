import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { checkSegmentLog } from '@cairn/server/storage/segment-log'
import { fullSize } from '@cairn/testkit'
import { openQuietLog } from '@cairn/testkit/fakes/quiet-log'
import { createRandom } from '@cairn/testkit/seed'
import { expect, test } from 'vitest'
import { startVictim } from './kill-rig.ts'

const entry = new URL('./log-victim.ts', import.meta.url)

/** Id of every frame the log holds, by position. */
async function contents(directory: string): Promise<Map<number, string>> {
  await using log = await openQuietLog(directory, { reserveBytes: 100_000 })
  const found = new Map<number, string>()
  for (let from = log.bounds().first; ; ) {
    const batch = await log.read(from, 4 * 1024 * 1024)
    const last = batch.at(-1)
    if (last === undefined) return found
    for (const { position, bytes } of batch) found.set(position, JSON.parse(Buffer.from(bytes).toString()).id)
    from = log.after(last.position)
  }
}

test('a process killed at any moment loses nothing it acknowledged', { timeout: 300_000 }, async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'cairn-kill-'))
  const random = createRandom(7)
  const promised = new Map<number, string>()
  try {
    for (let life = 0; life < fullSize(30, 300); life++) {
      const victim = startVictim(entry, [directory, String(life)])
      await victim.started
      await setTimeout(random.below(60))
      await victim.kill()
      for (const line of victim.lines) {
        const [position, id = ''] = line.split(' ')
        promised.set(Number(position), id)
      }
      if (life % 5 !== 4) continue
      const found = await contents(directory)
      for (const [position, id] of promised) expect(found.get(position)).toBe(id)
      expect(new Set(found.values()).size, 'no frame twice').toBe(found.size)
      expect(await Array.fromAsync(checkSegmentLog({ directory }))).toEqual([])
    }
    expect(promised.size).toBeGreaterThan(100)
  } finally {
    await rm(directory, { recursive: true })
  }
})
