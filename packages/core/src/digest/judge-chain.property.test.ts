import { fullSize } from '@cairn/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DigestLink } from './digest.ts'
import { digestKey, nameOfKey, parseDigestName } from './digest-key.ts'
import { digestText } from './digest-text.ts'
import { type ChainToJudge, judgeChain } from './judge-chain.ts'
import { readDigest } from './read-digest.ts'
import type { SeenDigest } from './seen.ts'
import { digestHourMs, firstWindow, nextWindow } from './window.ts'

/** Signatures and hashes are handed in, so a chain needs no keys: each digest is its number. */
const chain = { account: '111122223333', region: 'us-east-1', trailName: 'main', homeRegion: 'us-east-1' }
const hours = 12
const beganMs = Date.parse('2026-03-01T10:17:31Z')
/** Late enough for the digest of the last hour to be missed. */
const untilMs = beganMs + hours * digestHourMs + 40 * 60_000

const fileOf = (endMs: number) => ({
  bucket: 'audit',
  key: `${endMs}`,
  sha256: 'ab',
  newestEventMs: endMs - 60_000,
  oldestEventMs: endMs - 120_000,
})

function seenChain(change: (sha256: string, index: number) => string = (sha256) => sha256): readonly SeenDigest[] {
  let window = firstWindow(beganMs)
  let previous: DigestLink | undefined
  return Array.from({ length: hours + 1 }, (_, index) => {
    if (index > 0) window = nextWindow(window.endMs)
    const standard = { ...chain, kind: 'standard' as const }
    const key = digestKey(standard, window.endMs)
    const text = digestText({
      chain: standard,
      window,
      bucket: 'audit',
      fingerprint: 'f',
      files: [fileOf(window.endMs)],
      ...(previous && { previous }),
    })
    const digest = readDigest(text)
    const name = parseDigestName(nameOfKey(key))
    if ('problem' in digest || name === undefined) throw new TypeError('not a digest')
    const [sha256, signature] = [`hash-${index}`, `signature-${index}`]
    previous = { bucket: 'audit', key, sha256, signature }
    return {
      place: key,
      key,
      bucket: 'audit',
      name,
      content: { kind: 'read', digest, sha256: change(sha256, index), hasMoreBytes: false },
      own: { kind: 'given', signature, verdict: 'valid' },
    }
  })
}

const judge = (digests: readonly SeenDigest[], more: Partial<ChainToJudge> = {}) =>
  judgeChain({ digests, events: [], untilMs, ...more })

const runs = { numRuns: fullSize(200, 5_000) }
const untouched = seenChain()

test('the order in which digests are found does not matter', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...untouched], { minLength: untouched.length }), (digests) => {
      expect(judge(digests)).toMatchObject({ findings: [], proven: expect.toSatisfy((all) => all.length === 13) })
    }),
    runs,
  )
})

test('every hour of which the digest is gone lies in the time of a finding, and no other does', () => {
  fc.assert(
    fc.property(fc.subarray([...untouched.keys()], { minLength: 1 }), (kept) => {
      const { findings } = judge(kept.flatMap((index) => untouched[index] ?? []))
      // Of the digests before the oldest that is left, its predecessor is known by name, and the others not at all.
      const knownFrom = Math.max(1, Math.min(...kept) - 1)
      for (const [index, { name }] of untouched.entries()) {
        if (index < knownFrom) continue
        const middleMs = name.endMs - digestHourMs / 2
        const isTold = findings.some(({ fromMs, untilMs: endMs }) => fromMs <= middleMs && middleMs < endMs)
        expect({ index, isTold }).toEqual({ index, isTold: !kept.includes(index) })
      }
      if (kept.length === untouched.length) expect(findings).toEqual([])
    }),
    runs,
  )
})

test('a digest exchanged for another that is validly signed is told by its successor', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: hours - 1 }), (exchanged) => {
      const { findings, proven } = judge(seenChain((sha256, index) => (index === exchanged ? 'other' : sha256)))
      expect(findings.map(({ kind, place }) => ({ kind, place }))).toEqual([
        { kind: 'digest-replaced', place: untouched[exchanged]?.place },
      ])
      expect(proven).toHaveLength(hours)
    }),
    runs,
  )
})

test('a chain may end hours after the call that ended it where nothing later was delivered', () => {
  const last = { ...untouched[5] } as SeenDigest
  const silent = untouched.slice(0, 6).map((seen) => {
    const { content } = seen
    return content.kind === 'read'
      ? { ...seen, content: { ...content, digest: { ...content.digest, files: [] } } }
      : seen
  })
  const atMs = last.name.endMs - 4 * digestHourMs
  const events = [{ turns: 'off' as const, eventName: 'StopLogging', trailName: 'main', account: '1', atMs }]
  expect(judge(silent, { events }).findings).toEqual([])
  expect(judge(untouched.slice(0, 6), { events }).findings).toMatchObject([{ kind: 'digests-missing-at-end' }])
})

test('a chain may end where a call is recorded that ended it, and nowhere else', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: hours - 2 }), fc.integer({ min: 0, max: hours * 60 }), (last, minute) => {
      const atMs = beganMs + minute * 60_000
      const event = { turns: 'off' as const, eventName: 'StopLogging', trailName: 'main', account: '1', atMs }
      const endMs = untouched[last]?.name.endMs ?? 0
      const isInLastWindow = atMs <= endMs && atMs >= endMs - digestHourMs - 30 * 60_000
      const { findings } = judge(untouched.slice(0, last + 1), { events: [event] })
      expect(findings.map(({ kind }) => kind)).toEqual(isInLastWindow ? [] : ['digests-missing-at-end'])
    }),
    runs,
  )
})
