import { gzipSync } from 'node:zlib'
import type { FindingKind } from '@cairn/core/digest'
import type { Random } from '@cairn/testkit/seed'
import { type Evidence, keyPair, signedText, textOf } from './evidence.fixture.ts'

/** One way to tamper, done at a random place. */
export interface Tampering {
  readonly name: string
  /** Changes the evidence; answers the objects of which the report must speak. */
  tamper(evidence: Evidence, random: Random): readonly string[]
  readonly finding: FindingKind
  /** What aws-cli reports of it, as its documentation and code say and a sample proves. */
  readonly awsSees: boolean
}

const strangersKey = keyPair()

/** Digests of one region, oldest first. */
function chainOf({ digestKeys }: Evidence, random: Random): readonly string[] {
  const one = random.pick(digestKeys)
  const folder = /CloudTrail-Digest\/[^/]+\//.exec(one)?.[0] ?? ''
  return digestKeys.filter((key) => key.includes(folder))
}

/** One that lists files and that another names as its predecessor. */
function linkedDigest(evidence: Evidence, random: Random): string {
  const texts = evidence.digestKeys.map((key) => textOf(evidence.objects.get(key)))
  const isNamed = (key: string) => texts.some((text) => text.includes(`"previousDigestS3Object":"${key}"`))
  return random.pick(evidence.digestKeys.filter((key, at) => texts[at]?.includes('"s3Object"') && isNamed(key)))
}

function edit(evidence: Evidence, key: string, change: (text: string) => string): void {
  const object = evidence.objects.get(key)
  if (object !== undefined) object.bytes = gzipSync(change(textOf(object)))
}

export const tamperings: readonly Tampering[] = [
  {
    name: 'the newest digests deleted',
    finding: 'digests-missing-at-end',
    awsSees: false,
    tamper(evidence, random) {
      const chain = chainOf(evidence, random)
      const kept = chain.length - 2 - random.below(chain.length - 6)
      for (const key of chain.slice(kept)) evidence.objects.delete(key)
      return [chain[kept - 1] ?? '']
    },
  },
  {
    name: 'all digests of a region deleted',
    finding: 'no-digests',
    awsSees: false,
    tamper(evidence, random) {
      const chain = chainOf(evidence, random)
      for (const key of chain) evidence.objects.delete(key)
      return [(chain[0] ?? '').replace('-Digest', '').replace(/\d{4}\/\d\d\/.*$/, '')]
    },
  },
  {
    name: 'the chain begun anew, signed with the right key',
    finding: 'chain-restarted',
    awsSees: false,
    tamper(evidence, random) {
      const chain = chainOf(evidence, random)
      const first = random.pick(chain.filter((key) => hasPredecessor(evidence, key)))
      const later = chain.slice(chain.indexOf(first) + 1)
      resign(evidence, first, (digest) => {
        for (const name of Object.keys(digest)) if (name.startsWith('previous')) digest[name] = null
      })
      relink(evidence, [first, ...later])
      return [first]
    },
  },
  {
    name: 'a forged file put beside the others',
    finding: 'file-unlisted',
    awsSees: false,
    tamper(evidence, random) {
      // Not among the newest: of those nobody knows yet whether a digest will name them.
      const model = random.pick(evidence.fileKeys.filter((key) => !isAtTheEnd(evidence, key)))
      const forged = model.replace(/[^_]{16}\.json\.gz$/, 'FORGEDFORGEDFORG.json.gz')
      evidence.objects.set(forged, { bytes: gzipSync('{"Records":[]}'), metadata: {} })
      return [forged]
    },
  },
  {
    name: 'a gzip member appended to a log file',
    finding: 'file-extended',
    awsSees: true,
    tamper(evidence, random) {
      const key = random.pick(evidence.fileKeys)
      const object = evidence.objects.get(key)
      if (object) object.bytes = Buffer.concat([object.bytes, gzipSync('{"Records":[{"forged":true}]}')])
      return [key]
    },
  },
  {
    name: 'a gzip member appended to a digest',
    finding: 'digest-extended',
    awsSees: false,
    tamper(evidence, random) {
      const key = random.pick(evidence.digestKeys)
      const object = evidence.objects.get(key)
      if (object) object.bytes = Buffer.concat([object.bytes, gzipSync('{}')])
      return [key]
    },
  },
  {
    name: 'an older digest replaced by a validly signed other',
    finding: 'digest-replaced',
    awsSees: false,
    tamper(evidence, random) {
      const key = linkedDigest(evidence, random)
      resign(evidence, key, (digest) => {
        digest.logFiles = (digest.logFiles as unknown[]).slice(1)
      })
      return [key]
    },
  },
  {
    name: 'a file deleted before its digest was made',
    finding: 'file-missing',
    awsSees: true,
    tamper(evidence, random) {
      const key = random.pick(evidence.fileKeys)
      evidence.objects.delete(key)
      return [key]
    },
  },
  {
    name: 'a file edited',
    finding: 'file-changed',
    awsSees: true,
    tamper(evidence, random) {
      const key = random.pick(evidence.fileKeys)
      edit(evidence, key, (text) => text.replace('"ada"', '"eve"'))
      return [key]
    },
  },
  {
    name: 'two files swapped',
    finding: 'files-swapped',
    awsSees: true,
    tamper(evidence, random) {
      const one = random.pick(evidence.fileKeys)
      const other = random.pick(evidence.fileKeys.filter((key) => key !== one))
      const [a, b] = [evidence.objects.get(one), evidence.objects.get(other)]
      if (a && b) [a.bytes, b.bytes] = [b.bytes, a.bytes]
      return [one, other]
    },
  },
  {
    name: 'the metadata of a digest stripped',
    finding: 'signature-stripped',
    awsSees: true,
    tamper(evidence, random) {
      const key = random.pick(evidence.digestKeys)
      const object = evidence.objects.get(key)
      if (object) object.metadata = {}
      return [key]
    },
  },
  {
    name: "a digest signed with a stranger's key",
    finding: 'key-unknown',
    awsSees: true,
    tamper(evidence, random) {
      const key = random.pick(evidence.digestKeys)
      const digest = JSON.parse(textOf(evidence.objects.get(key)))
      const text = JSON.stringify({ ...digest, digestPublicKeyFingerprint: strangersKey.fingerprint })
      evidence.objects.set(key, signedText(text, strangersKey.privateKey).object)
      return [key]
    },
  },
]

function isAtTheEnd(evidence: Evidence, key: string): boolean {
  const region = /CloudTrail\/([^/]+)\//.exec(key)?.[1] ?? ''
  const ofRegion = evidence.fileKeys.filter((other) => other.includes(`/${region}/`))
  return ofRegion.indexOf(key) >= ofRegion.length - 4
}

/** Changes a digest and signs it again with the right key, as one who got at the signing could. */
function resign(evidence: Evidence, key: string, change: (digest: Record<string, unknown>) => void): void {
  const digest = JSON.parse(textOf(evidence.objects.get(key)))
  change(digest)
  evidence.objects.set(key, signedText(JSON.stringify(digest), evidence.key.privateKey).object)
}

/** Signs a run of digests again, each naming the one before it as it is now. */
function relink(evidence: Evidence, keys: readonly string[]): void {
  for (const [index, key] of keys.entries()) {
    const previous = evidence.objects.get(keys[index - 1] ?? '')
    if (index === 0 || previous === undefined || !hasPredecessor(evidence, key)) continue
    const signed = signedText(textOf(previous), evidence.key.privateKey)
    resign(evidence, key, (digest) => {
      digest.previousDigestSignature = previous.metadata.signature
      digest.previousDigestHashValue = signed.sha256
    })
  }
}

function hasPredecessor(evidence: Evidence, key: string): boolean {
  return JSON.parse(textOf(evidence.objects.get(key))).previousDigestS3Object !== null
}
