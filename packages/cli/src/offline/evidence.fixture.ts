import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import {
  backfillWindow,
  type Digest,
  type DigestChain,
  type DigestLink,
  digestHourMs,
  digestKey,
  digestText,
  firstWindow,
  type ListedFile,
  nextWindow,
  signatureAlgorithm,
  stringToSign,
  toIsoSecond,
} from '@cairn/core/digest'

export const account = '111122223333'
export const bucket = 'audit'
export const trailName = 'main_trail'
export const homeRegion = 'eu-west-1'
export const beganMs = Date.parse('2026-03-01T10:17:31Z')

/** A key pair, as base64 of PKCS#1 and ready to sign. */
export function keyPair() {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'pkcs1', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  })
  return {
    publicKey: pair.publicKey.toString('base64'),
    fingerprint: createHash('md5').update(pair.publicKey).digest('hex'),
    privateKey: createPrivateKey({ key: pair.privateKey, format: 'der', type: 'pkcs8' }),
  }
}

export interface StoredObject {
  bytes: Buffer
  metadata: Record<string, string>
}

export interface EvidenceShape {
  readonly regions?: readonly string[]
  readonly hours?: number
  readonly filesPerHour?: number
  readonly eventsPerFile?: number
  /** What makes events as long and as varied as real ones, by serial number. */
  readonly detail?: (serial: string) => object
  /** In each of these hours a file was stored of which its digest did not know. */
  readonly lateInHours?: readonly number[]
  /** In this hour the trail is stopped, and started again in the next but one. */
  readonly stopInHour?: number
}

/** A bucket as a trail fills it over some hours, in memory: by key. */
export function makeEvidence(key: ReturnType<typeof keyPair>, shape: EvidenceShape = {}) {
  const {
    regions = [homeRegion, 'us-east-1'],
    hours = 24,
    filesPerHour = 4,
    eventsPerFile = 3,
    stopInHour,
    detail,
    lateInHours = [],
  } = shape
  const objects = new Map<string, StoredObject>()
  const digestKeys: string[] = []
  const fileKeys: string[] = []
  let serial = 0

  function putFile(region: string, atMs: number, calls: readonly string[]): ListedFile {
    serial += 1
    const stamp = toIsoSecond(Math.ceil(atMs / 300_000) * 300_000)
    const day = stamp.slice(0, 10)
    const name = [
      account,
      'CloudTrail',
      region,
      `${day.replaceAll('-', '')}T${stamp.slice(11, 13)}${stamp.slice(14, 16)}Z`,
    ]
    const suffix = createHash('sha256').update(`${serial}`).digest('hex').slice(0, 16)
    const path = `AWSLogs/${account}/CloudTrail/${region}/${day.replaceAll('-', '/')}/${name.join('_')}_${suffix}.json.gz`
    const records = calls.map((eventName, index) => ({
      eventVersion: '1.11',
      userIdentity: { type: 'IAMUser', accountId: account, userName: 'ada' },
      eventTime: toIsoSecond(atMs),
      eventSource: eventName.endsWith('Logging') ? 'cloudtrail.amazonaws.com' : 's3.amazonaws.com',
      eventName,
      awsRegion: region,
      sourceIPAddress: '203.0.113.9',
      requestParameters: eventName.endsWith('Logging')
        ? { name: trailName }
        : { bucketName: `data-${serial}-${index}` },
      eventID: `${serial}-${index}`,
      recipientAccountId: account,
      ...detail?.(`${serial}-${index}`),
    }))
    const content = Buffer.from(JSON.stringify({ Records: records }))
    objects.set(path, { bytes: gzipSync(content), metadata: {} })
    fileKeys.push(path)
    const sha256 = createHash('sha256').update(content).digest('hex')
    return { bucket, key: path, sha256, newestEventMs: atMs, oldestEventMs: atMs }
  }

  for (const region of regions) {
    const chain: DigestChain = { account, region, trailName, homeRegion, kind: 'standard' }
    let previous: DigestLink | undefined
    let window = firstWindow(beganMs)
    for (let hour = 0; hour <= hours; hour += 1) {
      const isPaused = stopInHour !== undefined && hour === stopInHour + 1
      const begins = hour === 0 || (stopInHour !== undefined && hour === stopInHour + 2)
      const calls = Array.from({ length: eventsPerFile }, () => 'GetObject')
      if (hour > 0) window = nextWindow(window.endMs)
      if (isPaused) continue
      const files = begins
        ? []
        : Array.from({ length: filesPerHour }, (_, index) => {
            const atMs = window.startMs + ((index + 0.5) * digestHourMs) / filesPerHour
            const isStop = hour === stopInHour && region === homeRegion && index === filesPerHour - 1
            const isStart = stopInHour !== undefined && hour === stopInHour + 3 && region === homeRegion && index === 0
            return putFile(region, atMs, [
              ...calls,
              ...(isStop ? ['StopLogging'] : []),
              ...(isStart ? ['StartLogging'] : []),
            ])
          })
      const digest: Digest = {
        chain,
        window,
        bucket,
        fingerprint: key.fingerprint,
        files,
        ...(previous !== undefined && !begins && { previous }),
      }
      const path = digestKey(chain, window.endMs)
      const stored = signedDigest(digest, key.privateKey)
      objects.set(path, stored.object)
      digestKeys.push(path)
      previous = { bucket, key: path, sha256: stored.sha256, signature: stored.signature }
    }
  }
  let backfilled: { readonly link: DigestLink; readonly endMs: number } | undefined
  for (const hour of lateInHours) {
    const missed = nextWindow(beganMs + (hour - 1) * digestHourMs)
    const window = backfillWindow([missed], backfilled?.endMs)
    const chain: DigestChain = { account, region: homeRegion, trailName, homeRegion, kind: 'backfill' }
    const files = [putFile(homeRegion, missed.startMs + 600_000, ['PutObject'])]
    const previous = backfilled?.link
    const digest: Digest = { chain, window, bucket, fingerprint: key.fingerprint, files, ...(previous && { previous }) }
    const path = digestKey(chain, window.endMs)
    const stored = signedDigest(digest, key.privateKey)
    stored.object.metadata['backfill-generation-timestamp'] = new Date(missed.endMs + 7_200_000).toISOString()
    objects.set(path, stored.object)
    const link = { bucket, key: path, sha256: stored.sha256, signature: stored.signature }
    backfilled = { link, endMs: window.endMs }
  }
  const untilMs = beganMs + hours * digestHourMs + 600_000
  return { objects, digestKeys, fileKeys, untilMs, key }
}

export type Evidence = ReturnType<typeof makeEvidence>

export function signedDigest(digest: Digest, privateKey: KeyObject) {
  const text = digestText(digest)
  return signedText(text, privateKey)
}

/** Signs the text of a digest, which may have been changed. */
export function signedText(text: string, privateKey: KeyObject) {
  const sha256 = createHash('sha256').update(text).digest('hex')
  const { digestEndTime, digestS3Bucket, digestS3Object, previousDigestSignature } = JSON.parse(text)
  const toSign = stringToSign({
    endTime: digestEndTime,
    bucket: digestS3Bucket,
    key: digestS3Object,
    sha256,
    previousSignature: previousDigestSignature ?? undefined,
  })
  const signature = sign('sha256', Buffer.from(toSign), privateKey).toString('hex')
  const metadata = { signature, 'signature-algorithm': signatureAlgorithm }
  return { object: { bytes: gzipSync(text), metadata } as StoredObject, sha256, signature }
}

export function textOf(object: StoredObject | undefined): string {
  return object === undefined ? '' : gunzipSync(object.bytes).toString()
}

/** A copy whose objects can be changed without changing the original. */
export function copyOf(evidence: Evidence): Evidence {
  const objects = new Map([...evidence.objects].map(([key, object]) => [key, { ...object }]))
  return { ...evidence, objects }
}

/** Writes it as a folder with the metadata beside it. */
export function writeEvidence(evidence: Evidence, folder: string, { withMetadata = true } = {}): void {
  const lines = [...evidence.objects].map(([key, { bytes, metadata }]) => {
    mkdirSync(dirname(join(folder, key)), { recursive: true })
    writeFileSync(join(folder, key), bytes)
    return JSON.stringify({ key, metadata })
  })
  if (withMetadata) writeFileSync(join(folder, 'metadata.jsonl'), lines.join('\n'))
}
