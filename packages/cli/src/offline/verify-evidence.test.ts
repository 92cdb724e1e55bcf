import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publicKeys } from '@cairn/server/proofs'
import { fullSize } from '@cairn/testkit'
import { createRandom } from '@cairn/testkit/seed'
import { afterAll, describe, expect, test } from 'vitest'
import {
  account,
  beganMs,
  bucket,
  copyOf,
  type Evidence,
  homeRegion,
  keyPair,
  makeEvidence,
  trailName,
  writeEvidence,
} from './evidence.fixture.ts'
import type { EvidenceObject } from './evidence.ts'
import { folderEvidence } from './folder-evidence.ts'
import { createHashPool } from './hash-pool.ts'
import { tamperings } from './tampering.fixture.ts'
import { type VerifyOptions, verifyEvidence } from './verify-evidence.ts'

const key = keyPair()
const keys = publicKeys([key.publicKey])
const untouched = makeEvidence(key, { hours: 16, stopInHour: 8 })

const pool = createHashPool()
const folders: string[] = []
afterAll(async () => {
  await pool[Symbol.asyncDispose]()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-verify-'))
  folders.push(folder)
  return folder
}

/** As a bucket of the installation hands them out. */
async function* inBucket({ objects }: Evidence): AsyncGenerator<EvidenceObject> {
  for (const [at, { bytes, metadata }] of objects) {
    yield { key: at, place: at, bucket, metadata, bytes: Uint8Array.from(bytes) }
  }
}

function verify(evidence: Evidence, change: Partial<VerifyOptions> = {}) {
  return verifyEvidence({
    objects: inBucket(evidence),
    keys,
    pool,
    buckets: new Set([bucket]),
    untilMs: evidence.untilMs,
    signal: new AbortController().signal,
    ...change,
  })
}

describe('an untouched chain', () => {
  test('has no findings, over a stop and a start', async () => {
    const report = await verify(untouched)
    expect(report.findings).toEqual([])
    expect(report.aws).toEqual({ invalid: 0 })
    expect(report.digests).toEqual({ found: 32, proven: 32 })
    expect(report.files).toMatchObject({ found: untouched.fileKeys.length, valid: untouched.fileKeys.length })
  })

  test('has none as a folder with its metadata', async () => {
    const folder = newFolder()
    writeEvidence(untouched, folder)
    const report = await verify(untouched, { objects: folderEvidence(folder), buckets: new Set() })
    expect(report.findings).toEqual([])
  })

  test('has none with backfill digests, and they prove the files they list', async () => {
    const evidence = makeEvidence(key, { hours: 8, lateInHours: [5, 3, 3] })
    const report = await verify(evidence)
    expect(report.findings).toEqual([])
    expect(report.files).toMatchObject({ found: evidence.fileKeys.length, valid: evidence.fileKeys.length })
    const [latest = ''] = [...evidence.objects.keys()]
      .filter((at) => at.includes('_backfill'))
      .sort()
      .reverse()
    evidence.objects.delete(latest)
    expect((await verify(evidence)).findings.map(({ kind }) => kind)).toEqual(['file-unlisted'])
  })

  test('copied without metadata, all but the newest digest of each region can be proven, and that is said', async () => {
    const folder = newFolder()
    writeEvidence(untouched, folder, { withMetadata: false })
    const report = await verify(untouched, { objects: folderEvidence(folder), buckets: new Set() })
    // The last digest before the stop has no successor either.
    expect(report.findings.map(({ kind }) => kind)).toEqual(Array(4).fill('signature-unavailable'))
    expect(report.digests.proven).toBe(28)
  })

  test('moved below another folder is the same', async () => {
    const folder = newFolder()
    writeEvidence(untouched, join(folder, 'received/on paper'), { withMetadata: false })
    const report = await verify(untouched, { objects: folderEvidence(folder), buckets: new Set() })
    expect(new Set(report.findings.map(({ kind }) => kind))).toEqual(new Set(['signature-unavailable']))
  })

  test('unpacked out of an evidence pack has its metadata above it', async () => {
    const folder = newFolder()
    writeEvidence(untouched, join(folder, 'objects/audit'))
    renameSync(join(folder, 'objects/audit/metadata.jsonl'), join(folder, 'metadata.jsonl'))
    const report = await verify(untouched, { objects: folderEvidence(folder), buckets: new Set() })
    expect(report.findings).toEqual([])
  })
})

/** Enough that a place at either end of a chain is among them. */
const places = fullSize(20, 200)

describe.each(tamperings)('$name', ({ tamper, finding, awsSees }) => {
  test(`is found and named at every one of ${places} places`, async () => {
    for (let seed = 1; seed <= places; seed += 1) {
      const evidence = copyOf(untouched)
      const touched = tamper(evidence, createRandom(seed))
      const report = await verify(evidence)
      const told = report.findings.map(({ kind, place }) => ({ kind, place }))
      expect({ seed, told }).toEqual({ seed, told: told.filter(({ kind }) => kind === finding) })
      expect({ seed, places: told.map(({ place }) => place).sort() }).toEqual({
        seed,
        places: expect.arrayContaining([...touched]),
      })
      expect({ seed, aws: report.aws.invalid > 0 }).toEqual({ seed, aws: awsSees })
    }
  }, 30_000)
})

describe('what lies outside of the question', () => {
  test('a time that begins later asks for nothing older', async () => {
    const evidence = copyOf(untouched)
    const home = evidence.digestKeys.filter((at) => at.includes(`/${homeRegion}/`))
    for (const at of home.slice(0, 3)) evidence.objects.delete(at)
    const fromMs = beganMs + 2 * 3_600_000
    expect((await verify(evidence, { fromMs })).findings).toEqual([])
    expect((await verify(evidence)).findings.map(({ kind }) => kind)).toContain('digests-missing')
  })

  test('everything gone is a finding for a trail that is named', async () => {
    const nothing = { ...untouched, objects: new Map() }
    const report = await verify(nothing, { trail: { account: '111122223333', name: 'main_trail' } })
    expect(report.findings.map(({ kind }) => kind)).toEqual(['no-digests'])
  })

  test('where nothing is at all, nothing is as it was delivered', async () => {
    const nothing = { ...untouched, objects: new Map() }
    const report = await verify(nothing)
    expect(report.findings).toMatchObject([{ kind: 'no-digests', class: 'missing', place: `s3://${bucket}` }])
    // Nor in a time of which everything was taken away.
    const later = await verify(untouched, { fromMs: untouched.untilMs, untilMs: untouched.untilMs + 3_600_000 })
    expect(later.findings.map(({ class: one }) => one)).toContain('missing')
  })

  test('a trail is named with its account or without', async () => {
    for (const trail of [{ name: trailName }, { name: trailName, account }]) {
      expect(await verify(untouched, { trail })).toMatchObject({ findings: [], digests: { found: 32, proven: 32 } })
    }
    for (const trail of [{ name: 'other' }, { name: trailName, account: '999999999999' }]) {
      expect((await verify(untouched, { trail })).digests.found).toBe(0)
    }
  })
})
