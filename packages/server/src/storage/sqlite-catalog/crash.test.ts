import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fullSize } from '@cairn/testkit'
import { afterAll, expect, it } from 'vitest'
import { crashItems, crashTotal } from './crash.fixture.ts'
import { openSqliteCatalog } from './index.ts'

const directory = await mkdtemp(join(tmpdir(), 'cairn-catalog-'))
afterAll(() => rm(directory, { recursive: true }))
const kills = fullSize(5, 100)

it(`keeps every acknowledged change, whole, through ${kills} kills`, { timeout: 600_000 }, async () => {
  const path = join(directory, 'crash.db')
  const acknowledged = new Set<string>()
  for (let kill = 0; kill < kills; kill += 1) {
    const before = acknowledged.size
    await runAndKill(path, acknowledged, 1 + ((kill * 37) % 150))
    expect(acknowledged.size).toBeGreaterThan(before)
    await using catalog = await openSqliteCatalog({ path })
    expect(await catalog.check()).toEqual([])
    const items = new Set(catalog.list(crashItems).map(({ key }) => key))
    expect([...acknowledged].filter((item) => !items.has(item))).toEqual([])
    const unlike = [...items].filter((item) => catalog.appliedVersion(`intent-${item}`) === undefined)
    expect(unlike, 'changes without their intent').toEqual([])
    expect(catalog.get(crashTotal, 'total')).toBeGreaterThanOrEqual(items.size)
    const newest = catalog.list(crashItems).map(({ value }) => value)
    expect(catalog.at(catalog.version)?.list(crashItems)).toHaveLength(newest.length)
  }
})

/** Kills the process `changes` acknowledgements after its first one, at whatever it is doing then. */
async function runAndKill(path: string, acknowledged: Set<string>, changes: number): Promise<void> {
  const fixture = fileURLToPath(new URL('./crash.fixture.ts', import.meta.url))
  const child = spawn(process.execPath, [fixture, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  let rest = ''
  let seen = 0
  child.stdout.setEncoding('utf8')
  for await (const chunk of child.stdout) {
    const lines = `${rest}${chunk}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) acknowledged.add(line)
    seen += lines.length
    if (seen > changes) child.kill('SIGKILL')
  }
}
