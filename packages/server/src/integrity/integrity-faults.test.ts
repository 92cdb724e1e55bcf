import { describe, expect, test } from 'vitest'
import { Fault } from '../fault.ts'
import { createDigestWorld, firstEndMs, hourMs } from './integrity.fixture.ts'

type World = Awaited<ReturnType<typeof createDigestWorld>>

const delayMs = 1_000

/** Ends of the windows of all digests, oldest first; each links to the one before and is signed. */
async function chain({ digests }: World): Promise<readonly string[]> {
  const standard = (await digests()).filter(({ key }) => !key.includes('_backfill'))
  const found = standard.toSorted((a, b) => (a.json.digestEndTime < b.json.digestEndTime ? -1 : 1))
  for (const [index, { json, headers }] of found.entries()) {
    const before = found[index - 1]
    expect(headers['x-amz-meta-signature']).toMatch(/^[0-9a-f]{512}$/)
    if (before === undefined) continue
    expect(json.previousDigestS3Object).toBe(before.key)
    expect(json.previousDigestSignature).toBe(before.headers['x-amz-meta-signature'])
    expect(json.digestStartTime, 'no window overlaps another').toBe(before.json.digestEndTime)
  }
  return found.map(({ json }) => json.digestEndTime)
}

const hours = (count: number) =>
  Array.from({ length: count }, (_, hour) => new Date(firstEndMs + hour * hourMs).toISOString().replace('.000', ''))

const listedBy = async ({ digests }: World) =>
  (await digests()).flatMap(({ json }) =>
    json.logFiles.map(({ s3Object }: { readonly s3Object: string }) => s3Object.split('/').at(-1)),
  )

/** Some hours with a file in each; `spoil` and `mend` around the third. */
async function hoursWith(fault: { spoil(made: World): void; mend(made: World): void }): Promise<World> {
  const made = await createDigestWorld()
  for (let hour = 0; hour < 6; hour += 1) {
    if (hour === 2) fault.spoil(made)
    if (hour === 4) fault.mend(made)
    made.deliver(`file-${hour}`)
    made.world.clock.at = firstEndMs + hour * hourMs + delayMs
    const before = (await made.digests()).length
    // A new process each hour: what the last one had in memory helps nobody.
    await made.start().run()
    const after = (await made.digests()).length
    if (hour === 2 || hour === 3) expect(after, 'while it fails').toBe(before)
    made.world.clock.at += hourMs / 2
  }
  return made
}

const wholeVaults = new WeakMap<object, World['world']['vault']>()

function restoreVault({ world }: World): void {
  world.vault = wholeVaults.get(world) ?? world.vault
}

describe('digests while something fails for two hours: each hour has its digest afterwards, and each file one', () => {
  const full = (code: string) => new Fault(code, 'no space left on device')
  const cases: Readonly<Record<string, { spoil(made: World): void; mend(made: World): void }>> = {
    'the disk of the bucket is full': {
      spoil({ world }) {
        world.put = () => Promise.reject(full('object.disk-full'))
      },
      mend({ world }) {
        world.put = world.store.put.bind(world.store)
      },
    },
    'the disk of the catalogue is full': {
      spoil({ world: { catalog } }) {
        Object.assign(catalog, { change: () => Promise.reject(full('catalog.full')) })
      },
      mend({ world: { catalog } }) {
        Object.assign(catalog, { change: changeOf.get(catalog) })
      },
    },
    'the vault cannot open the key': {
      spoil({ world }) {
        world.vault = {
          ...world.vault,
          unseal() {
            throw full('vault.unsealable')
          },
        }
      },
      mend: restoreVault,
    },
    'the bucket was deleted and made again by somebody else': {
      spoil({ world }) {
        world.verdict = 'denied'
      },
      mend({ world }) {
        world.verdict = 'allowed'
      },
    },
  }
  const changeOf = new WeakMap<object, unknown>()

  test.each(Object.keys(cases))('%s', async (name) => {
    const fault = cases[name] as (typeof cases)[string]
    const made = await hoursWith({
      spoil(world) {
        const { catalog } = world.world
        changeOf.set(catalog, catalog.change.bind(catalog))
        wholeVaults.set(world.world, world.world.vault)
        fault.spoil(world)
      },
      mend: fault.mend,
    })
    expect(await chain(made)).toEqual(hours(6))
    expect((await listedBy(made)).sort()).toEqual(Array.from({ length: 6 }, (_, hour) => `file-${hour}`))
  })
})

describe('a clock that jumps', () => {
  test('two hours ahead: the hours in between have their digests at once', async () => {
    const made = await createDigestWorld()
    const integrity = made.start()
    await integrity.run()
    made.deliver('before')
    made.world.clock.at = firstEndMs + 2.5 * hourMs
    await integrity.run()
    expect(await chain(made)).toEqual(hours(3))
    expect(await listedBy(made)).toEqual(['before'])
  })

  test('two hours back: no hour gets a second digest and no file a second list, and the chain goes on when its time comes', async () => {
    const made = await createDigestWorld()
    const integrity = made.start()
    await integrity.run()
    made.deliver('first')
    made.world.clock.at = firstEndMs + 2 * hourMs + delayMs
    await integrity.run()
    made.world.clock.at -= 2 * hourMs
    made.deliver('again')
    for (const ms of [0, hourMs, 2 * hourMs, 3 * hourMs]) {
      made.world.clock.at = firstEndMs + ms + delayMs
      await integrity.run()
    }
    expect(await chain(made)).toEqual(hours(4))
    expect((await listedBy(made)).sort()).toEqual(['again', 'first'])
  })
})
