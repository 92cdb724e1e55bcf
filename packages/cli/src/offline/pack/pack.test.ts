import { sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PackSeal, packSealText } from '@cairn/core/digest'
import { type PublicKeys, publicKeys } from '@cairn/server/proofs'
import { fullSize } from '@cairn/testkit'
import { createRandom } from '@cairn/testkit/seed'
import { afterAll, expect, test } from 'vitest'
import { bucket, keyPair, makeEvidence } from '../evidence.fixture.ts'
import { createHashPool } from '../hash-pool.ts'
import { type VerifyReport, withFindings } from '../judge-evidence.ts'
import { verifyEvidence } from '../verify-evidence.ts'
import { openPack } from './read-pack.ts'
import { createPack, type SignPack } from './write-pack.ts'
import { centralHeader, ending, readCentralHeaders, readEnding } from './zip-format.ts'

const folder = mkdtempSync(join(tmpdir(), 'cairn-pack-'))
const pool = createHashPool()
afterAll(async () => {
  await pool[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

const key = keyPair()
const evidence = makeEvidence(key, { hours: 4 })
const untilMs = evidence.untilMs
const signal = new AbortController().signal

async function makePack(name: string): Promise<string> {
  const path = join(folder, name)
  await using pack = await createPack(path)
  for (const [at, { bytes, metadata }] of evidence.objects) {
    await pack.addObject({ key: at, place: at, bucket, metadata, bytes: Uint8Array.from(bytes) })
  }
  await pack.add('public-keys.json', JSON.stringify({ PublicKeyList: [{ Value: key.publicKey }] }))
  await pack.add('README.txt', 'read me')
  const facts = { trail: 'arn', from: '2026-01-01T00:00:00.000Z', until: new Date(untilMs).toISOString(), madeAt: '' }
  await pack.finish(facts, signWith(key))
  return path
}

function signWith({ privateKey, fingerprint, publicKey }: ReturnType<typeof keyPair>): SignPack {
  return async (seal) => {
    const signature = sign('sha256', Buffer.from(packSealText(seal)), privateKey).toString('hex')
    return { fingerprint, publicKey, signature }
  }
}

async function verify(path: string, pinned?: PublicKeys): Promise<VerifyReport> {
  await using pack = await openPack(path, 'pack.zip')
  const keys = pinned ?? publicKeys(pack.publicKeys)
  pack.checkSignature(keys)
  const objects = pack.objects()
  const report = await verifyEvidence({ objects, keys, pool, buckets: pack.buckets, untilMs, signal })
  return withFindings(report, pack.findings)
}

test('an untouched pack has no findings', async () => {
  const path = await makePack('untouched.zip')
  const report = await verify(path)
  expect(report.findings).toEqual([])
  expect(report.digests.proven).toBeGreaterThan(3)
  expect(report.files.valid).toBe(report.files.found)
})

test('one changed byte, wherever it is, is found, and the file that it is in is named', async () => {
  const whole = readFileSync(await makePack('whole.zip'))
  const place = readEnding(whole)
  if (place === undefined) throw new TypeError('no pack')
  const entries = readCentralHeaders(whole.subarray(place.offset, place.offset + place.bytes)) ?? []
  const random = createRandom(20261123)
  const changed = join(folder, 'changed.zip')
  for (let round = 0; round < fullSize(120, 2_000); round += 1) {
    const at = random.below(whole.length)
    const bytes = Buffer.from(whole)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
    writeFileSync(changed, bytes)
    const told = await verify(changed).then(
      ({ findings }) => findings.map((finding) => `${finding.kind} ${finding.place}`).join('\n'),
      (error: Error) => `refused ${error.message}`,
    )
    const inside = entries.findLast(({ offset }) => offset <= at)
    expect(told, `byte ${at} of ${whole.length}`).not.toBe('')
    // Content and its header belong to a file; behind them is the directory.
    if (inside !== undefined && at < place.offset && inside.name !== 'manifest.json') {
      expect(told, `byte ${at}`).toContain(inside.name)
    }
  }
})

test('a file that was added, removed or exchanged between packs is found', async () => {
  const other = join(folder, 'other.zip')
  const path = await makePack('one.zip')
  const whole = readFileSync(path)
  const place = readEnding(whole)
  if (place === undefined) throw new TypeError('no pack')
  const entries = readCentralHeaders(whole.subarray(place.offset, place.offset + place.bytes)) ?? []
  // The directory of a pack that never had its first file, which is cut out of nothing else.
  const rest = entries.slice(1)
  const directory = Buffer.concat(rest.map(centralHeader))
  const ends = ending({ entries: rest.length, offset: place.offset, bytes: directory.length })
  writeFileSync(other, Buffer.concat([whole.subarray(0, place.offset), directory, ends]))
  const { findings } = await verify(other)
  expect(findings.map(({ kind }) => kind)).toContain('pack-changed')
})

test('a pack with more entries and bytes than the old format can say names them all the same', () => {
  const far = { name: 'a', size: 5, crc32: 7, offset: 2 ** 33 }
  expect(readCentralHeaders(centralHeader(far))).toEqual([far])
  const directory = { entries: 70_000, offset: 2 ** 34, bytes: 9_000_000 }
  expect(readEnding(ending(directory))).toEqual({ offset: 2 ** 34, bytes: 9_000_000 })
})

/** A pack like the first, made by somebody who puts other content beside the same evidence. */
async function forge(
  name: string,
  forgery: { readonly readMe?: string; readonly more?: string; readonly sign: SignPack },
): Promise<string> {
  const path = join(folder, name)
  await using pack = await createPack(path)
  for (const [at, { bytes, metadata }] of evidence.objects) {
    await pack.addObject({ key: at, place: at, bucket, metadata, bytes: Uint8Array.from(bytes) })
  }
  await pack.add('public-keys.json', JSON.stringify({ PublicKeyList: [{ Value: key.publicKey }] }))
  await pack.add('README.txt', forgery.readMe ?? 'read me')
  if (forgery.more !== undefined) await pack.add(forgery.more, 'more')
  const facts = { trail: 'arn', from: '2026-01-01T00:00:00.000Z', until: new Date(untilMs).toISOString(), madeAt: '' }
  await pack.finish(facts, forgery.sign)
  return path
}

test('a file that was changed together with the manifest is named, for it is not what was signed', async () => {
  let genuine: PackSeal | undefined
  await forge('genuine.zip', {
    sign(seal) {
      genuine = seal
      return signWith(key)(seal)
    },
  })
  // Signature and list are kept from the genuine pack, everything else is made anew around the change.
  const stolen: SignPack = async (seal) => {
    if (genuine) Object.assign(seal, genuine)
    return signWith(key)(seal)
  }
  const kindsOf = async (path: string) =>
    (await verify(path)).findings.map(({ kind, place }) => `${kind} ${place.replace('pack.zip: ', '')}`)
  expect(await kindsOf(await forge('changed-text.zip', { readMe: 'believe me', sign: stolen }))).toEqual([
    'pack-changed README.txt',
  ])
  expect(await kindsOf(await forge('one-more.zip', { more: 'note.txt', sign: stolen }))).toEqual([
    'pack-changed note.txt',
  ])
})

test('a pack that somebody else signed is not proven by keys that come from elsewhere', async () => {
  const stranger = keyPair()
  const path = await forge('stranger.zip', { readMe: 'believe me', sign: signWith(stranger) })
  const { findings } = await verify(path, publicKeys([key.publicKey]))
  expect(findings.map(({ kind }) => kind)).toEqual(['key-unknown'])
  const wrong: SignPack = async (seal) => ({ ...(await signWith(key)(seal)), signature: '00' })
  expect((await verify(await forge('unsigned.zip', { sign: wrong }))).findings.map(({ kind }) => kind)).toEqual([
    'pack-changed',
  ])
})
