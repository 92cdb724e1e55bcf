import {
  appendBytesMax,
  type EventLog,
  type Frame,
  frameBytesMax,
  type Position,
  type StoredFrame,
} from '@cairn/server/ports/event-log'
import { afterEach, describe, expect, it } from 'vitest'
import { eventFrame, intentFrame } from '../fakes/frames.ts'

/** A log to test, and for durable ones the way to close it and open it again. */
export interface EventLogSubject {
  readonly log: EventLog
  reopen?(): Promise<EventLog>
}

const start = 0 as Position
const anyBytes = 64 * 1024 * 1024

/** A frame of every kind, source and audience, with every optional part once there and once not. */
const everyShape: readonly Frame[] = [
  eventFrame({ text: '{"n":1}', source: 'api', closes: 'intent-1', catalogVersionAfter: 18, catalogVersion: 17 }),
  eventFrame({ text: '{"n":2}', source: 'gateway', catalogVersionAfter: 2 ** 50 }),
  eventFrame({ text: '{"n":3}', source: 'proxy', closes: 'intent-ü' }),
  eventFrame({ text: '{"n":4}', source: 'import', audience: { kind: 'history' }, acceptedAtMs: 1_700_000_000_001.5 }),
  eventFrame({ text: '{"n":5}', source: 'channel', audience: { kind: 'store', id: 'arn:aws:cloudtrail:x' } }),
  eventFrame({ text: '{"n":6}', source: 'insights', account: '000000000000', region: '' }),
  eventFrame({ bytes: new Uint8Array() }),
  eventFrame({ bytes: Uint8Array.from({ length: 256 }, (_, byte) => byte) }),
  intentFrame('intent-1', { catalogVersion: 17 }),
]

/** What a test compares: `bytes` may come back as any kind of byte array. */
function plain(frame: Frame | StoredFrame | undefined): unknown {
  return frame && { ...frame, bytes: Buffer.from(frame.bytes).toString('latin1') }
}

async function readAll(log: EventLog, bytesMax = anyBytes): Promise<StoredFrame[]> {
  const frames: StoredFrame[] = []
  for (let from = log.bounds().first; ; ) {
    const batch = await log.read(from, bytesMax)
    const last = batch.at(-1)
    if (last === undefined) return frames
    frames.push(...batch)
    from = log.after(last.position)
  }
}

/** What every `EventLog` promises. `create` makes an empty one. */
export function registerEventLogContract(name: string, create: () => Promise<EventLogSubject>): void {
  describe(`event log contract: ${name}`, () => {
    const opened: EventLog[] = []
    async function subject(): Promise<EventLogSubject> {
      const made = await create()
      opened.push(made.log)
      return made
    }
    afterEach(async () => {
      for (const log of opened.splice(0)) await log[Symbol.asyncDispose]()
    })

    it('is empty at first', async () => {
      const { log } = await subject()
      expect(log.bounds().first).toBe(log.bounds().end)
      expect(await log.read(start, anyBytes)).toEqual([])
      expect(await log.append([])).toEqual([])
      expect(log.usage()).toMatchObject({ frames: 0, payloadBytes: 0, state: 'open' })
    })

    it('gives back every kind of frame as it was appended, byte for byte', async () => {
      const { log } = await subject()
      const positions = await log.append(everyShape)
      const expected = everyShape.map((frame, nth) => plain({ ...frame, position: positions[nth] } as StoredFrame))
      expect((await log.read(start, anyBytes)).map(plain)).toEqual(expected)
      expect((await log.fetch(positions)).map(plain)).toEqual(expected)
    })

    it('keeps the order of a caller and the frames of one call together', async () => {
      const { log } = await subject()
      const calls = Array.from({ length: 40 }, (_, call) => {
        return Array.from({ length: 1 + (call % 5) }, (_, nth) => eventFrame({ text: `{"call":${call},"nth":${nth}}` }))
      })
      const positions = await Promise.all(calls.map((frames) => log.append(frames)))
      expect(positions.flat().toSorted((a, b) => a - b)).toEqual((await readAll(log)).map(({ position }) => position))
      for (const [call, own] of positions.entries()) {
        for (const [nth, position] of own.entries()) {
          if (nth > 0) expect(position).toBe(log.after(own[nth - 1] as Position))
          const [frame] = await log.fetch([position])
          expect(plain(frame)).toMatchObject({ bytes: `{"call":${call},"nth":${nth}}` })
        }
      }
    })

    it('reads again what a reader let go', async () => {
      const { log } = await subject()
      const positions = await log.append(everyShape)
      const whole = (await log.read(start, anyBytes)).map(plain)
      const kept = await log.read(start, anyBytes)
      log.letGo(await log.read(start, anyBytes))
      log.letGo([])
      expect(kept.map(plain)).toEqual(whole)
      expect((await log.read(start, anyBytes)).map(plain)).toEqual(whole)
      expect((await log.fetch(positions)).map(plain)).toEqual(whole)
    })

    it('reads on from any position in batches near the size asked for', async () => {
      const { log } = await subject()
      const frames = Array.from({ length: 300 }, (_, nth) => eventFrame({ text: `{"nth":${nth},${' '.repeat(nth)}}` }))
      for (let nth = 0; nth < 300; nth += 30) await log.append(frames.slice(nth, nth + 30))
      for (const bytesMax of [0, 1000, 20_000, anyBytes]) {
        const all = await readAll(log, bytesMax)
        expect(all.map(({ bytes }) => bytes.length)).toEqual(frames.map(({ bytes }) => bytes.length))
      }
      expect(await log.read(start, 0)).toHaveLength(1)
      const batch = await log.read(start, 1000)
      const sum = batch.reduce((bytes, frame) => bytes + frame.bytes.length, 0)
      expect(sum).toBeGreaterThan(500)
      expect(sum).toBeLessThanOrEqual(1000)
      expect(await log.read(log.bounds().end, anyBytes)).toEqual([])
    })

    it('fetches in the order asked, the same position twice, and nothing that does not exist', async () => {
      const { log } = await subject()
      const [first, second] = await log.append([eventFrame({ text: '{"a":1}' }), eventFrame({ text: '{"b":2}' })])
      const asked = [second, log.bounds().end, first, second] as Position[]
      expect((await log.fetch(asked)).map((frame) => frame?.position)).toEqual([second, undefined, first, second])
    })

    it('tells listeners the new end once the frames can be read, until they stop', async () => {
      const { log } = await subject()
      const ends: Position[] = []
      const stop = log.onAppend((end) => ends.push(end))
      await log.append([eventFrame(), eventFrame()])
      expect(ends.at(-1)).toBe(log.bounds().end)
      stop()
      const count = ends.length
      await log.append([eventFrame()])
      expect(ends).toHaveLength(count)
    })

    it('refuses what is too large and keeps nothing of it', async () => {
      const { log } = await subject()
      const tooLarge = expect.objectContaining({ code: 'log.frame-too-large' })
      const small = eventFrame()
      await expect(log.append([small, eventFrame({ bytes: new Uint8Array(frameBytesMax + 1) })])).rejects.toEqual(
        tooLarge,
      )
      const quarter = eventFrame({ bytes: new Uint8Array(appendBytesMax / 4) })
      await expect(log.append([quarter, quarter, quarter, quarter, small])).rejects.toEqual(tooLarge)
      expect(log.bounds().end).toBe(log.bounds().first)
    })

    it('takes a frame of the largest size', async () => {
      const { log } = await subject()
      const bytes = new Uint8Array(frameBytesMax).fill(97)
      const positions = await log.append([eventFrame({ bytes }), eventFrame()])
      expect((await readAll(log, 10)).map((frame) => frame.bytes.length)).toEqual([frameBytesMax, 25])
      expect((await log.fetch(positions)).map((frame) => frame?.bytes.length)).toEqual([frameBytesMax, 25])
    })

    it('counts what it holds', async () => {
      const { log } = await subject()
      await log.append([eventFrame({ text: '12345' }), intentFrame('i', { bytes: Buffer.from('123') })])
      expect(log.usage()).toMatchObject({ frames: 2, payloadBytes: 8, state: 'open' })
    })

    it('removes only what is old enough and no longer needed', async () => {
      const { log } = await subject()
      const old = await log.append([1, 2, 3].map((acceptedAtMs) => eventFrame({ acceptedAtMs })))
      await log.trim(1, log.bounds().end)
      expect(await readAll(log)).toHaveLength(3)
      await log.trim(10, log.bounds().first)
      expect(await readAll(log)).toHaveLength(3)

      const end = log.bounds().end
      await log.trim(10, end)
      expect(log.bounds()).toEqual({ first: end, end })
      expect(await log.fetch(old)).toEqual([undefined, undefined, undefined])
      const [next] = await log.append([eventFrame({ acceptedAtMs: 20, text: '{"next":1}' })])
      expect(next).toBe(end)
      // A cursor that fell behind retention goes on with the first that is kept.
      expect((await log.read(start, anyBytes)).map(plain)).toMatchObject([{ bytes: '{"next":1}', position: end }])
    })

    it('finishes what was accepted before it closes, and takes nothing after', async () => {
      const { log } = await subject()
      const accepted = [log.append([eventFrame()]), log.append([eventFrame()])]
      const closing = log[Symbol.asyncDispose]()
      await expect(log.append([eventFrame()])).rejects.toEqual(expect.objectContaining({ code: 'log.closed' }))
      expect(await Promise.all(accepted)).toHaveLength(2)
      await closing
    })

    it('is the same after it was closed and opened again', async () => {
      const { log, reopen } = await subject()
      if (reopen === undefined) return
      await log.append(everyShape)
      await log.append([eventFrame({ text: '{"later":1}' })])
      const before = await readAll(log)
      const { first, end } = log.bounds()
      const { frames, payloadBytes } = log.usage()
      await log[Symbol.asyncDispose]()
      const again = await reopen()
      opened.push(again)
      expect((await readAll(again)).map(plain)).toEqual(before.map(plain))
      expect(again.bounds()).toEqual({ first, end })
      expect(again.usage()).toMatchObject({ frames, payloadBytes, state: 'open' })
      const [next] = await again.append([eventFrame()])
      expect(next).toBe(end)
    })
  })
}
