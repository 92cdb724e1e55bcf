import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EventFrame, Frame, IntentFrame, Position } from '../../ports/event-log.ts'
import { decodeFrame, encodeFrame, frameAccount, frameLength, frameOverheadMax, isFrameIntact } from './frame-codec.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 40 })
const integer = fc.nat({ max: Number.MAX_SAFE_INTEGER })
const base = {
  acceptedAtMs: integer,
  account: text,
  region: text,
  source: fc.constantFrom('api', 'gateway', 'proxy', 'import', 'channel', 'insights'),
  catalogVersion: integer,
  bytes: fc.uint8Array({ maxLength: 2000 }),
} as const
const events: fc.Arbitrary<EventFrame> = fc.record(
  {
    ...base,
    kind: fc.constant('event' as const),
    audience: fc.oneof(
      fc.constantFrom({ kind: 'live' } as const, { kind: 'history' } as const),
      fc.record({ kind: fc.constant('store' as const), id: text }),
    ),
    catalogVersionAfter: integer,
    closes: text,
  },
  { requiredKeys: [...(Object.keys(base) as (keyof typeof base)[]), 'kind', 'audience'] },
)
const intents: fc.Arbitrary<IntentFrame> = fc.record({ ...base, kind: fc.constant('intent' as const), intentId: text })
const frames: fc.Arbitrary<Frame> = fc.oneof(events, intents)

function encode(frame: Frame): Buffer {
  const target = Buffer.alloc(frame.bytes.length + frameOverheadMax)
  return target.subarray(0, encodeFrame(target, 0, frame))
}

describe('frame codec', () => {
  it('reads back every frame it writes', () => {
    fc.assert(
      fc.property(frames, (frame) => {
        const encoded = encode(frame)
        expect(isFrameIntact(encoded, 0)).toBe(true)
        expect(frameLength(encoded, 0)).toBe(encoded.length)
        expect(frameAccount(encoded, 0)).toBe(frame.account)
        const decoded = decodeFrame(encoded, 0, 5 as Position)
        expect({ ...decoded, bytes: Uint8Array.from(decoded.bytes) }).toEqual({ ...frame, position: 5 })
      }),
    )
  })

  it('finds every flipped bit and every missing end', () => {
    fc.assert(
      fc.property(frames, fc.nat(), fc.nat({ max: 7 }), fc.nat(), (frame, where, bit, cut) => {
        const encoded = encode(frame)
        expect(isFrameIntact(encoded.subarray(0, cut % encoded.length), 0)).toBe(false)
        const at = where % encoded.length
        encoded[at] = (encoded[at] ?? 0) ^ (1 << bit)
        expect(isFrameIntact(encoded, 0)).toBe(false)
      }),
    )
  })

  it('refuses a text it could not read back whole', () => {
    const invalid = expect.objectContaining({ code: 'log.frame-invalid' })
    for (const region of ['x'.repeat(256), 'ü'.repeat(128), '€'.repeat(86), '😀'.repeat(64)]) {
      const given = { acceptedAtMs: 0, account: '', source: 'api', catalogVersion: 0, bytes: new Uint8Array() } as const
      expect(() => encode({ ...given, kind: 'intent', intentId: '', region })).toThrow(invalid)
      expect(() => encode({ ...given, kind: 'intent', intentId: region, region: '' })).toThrow(invalid)
    }
  })
})
