/**
 * Appends to the log in the directory it is given until it is killed, from several writers at once, and prints each
 * acknowledgement: `<position> <id>`.
 */
import { eventFrame } from '@cairn/testkit/fakes/frames'
import { openQuietLog } from '@cairn/testkit/fakes/quiet-log'

const [directory = '', life = ''] = process.argv.slice(2)
// Small, so that a kill meets rolling and sealing too.
const log = await openQuietLog(directory, { nowMs: Date.now, segmentBytesMax: 100_000, reserveBytes: 100_000 })

async function write(writer: number): Promise<never> {
  for (let call = 0; ; call++) {
    const ids = Array.from({ length: 1 + (call % 4) }, (_, nth) => `${life}:${writer}:${call}:${nth}`)
    const frames = ids.map((id) => eventFrame({ text: JSON.stringify({ id, filler: 'x'.repeat((call * 37) % 900) }) }))
    const positions = await log.append(frames)
    process.stdout.write(positions.map((position, nth) => `${position} ${ids[nth]}\n`).join(''))
  }
}

await Promise.all([0, 1, 2, 3].map(write))
