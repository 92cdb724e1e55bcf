import { gunzipSync } from 'node:zlib'
import { nameOfKey, parseDigestName, parseLogFileName, readDigest } from '@cairn/core/digest'
import type { Installation } from '../installation/index.ts'
import { bucketEvidence } from '../offline/bucket-evidence.ts'
import type { EvidenceObject } from '../offline/evidence.ts'
import { isNamedInTime } from '../offline/gather-evidence.ts'
import type { TrailFacts } from './trail-facts.ts'

/** Files are named by their newest event and listed by the digest of their delivery; an hour lies between at the most. */
const digestAfterMsMax = 3_600_000

/**
 * The digests of a trail for a time, and the log files of that time that may be its own: all of its account and regions
 * below its prefix, but for those that only digests of other trails list. So a file that nobody lists is in the pack,
 * for it is what an auditor looks for.
 */
export async function* trailObjects(
  installation: Installation,
  { account, name, arn, places }: TrailFacts,
  { fromMs, untilMs, signal }: { readonly fromMs: number; readonly untilMs: number; readonly signal: AbortSignal },
): AsyncGenerator<EvidenceObject> {
  const homeRegion = arn.split(':')[3]
  for (const { bucket, prefix } of places) {
    const top = `${prefix === undefined ? '' : `${prefix}/`}AWSLogs/${account}/`
    const listed = { here: new Set<string>(), elsewhere: new Set<string>() }
    const regions = new Set<string>()
    for await (const object of bucketEvidence(installation, { bucket, prefix: `${top}CloudTrail-Digest/`, signal })) {
      const digest = parseDigestName(nameOfKey(object.key))
      if (digest === undefined || digest.endMs <= fromMs || digest.endMs > untilMs + digestAfterMsMax) continue
      const isOwn = digest.trailName === name && digest.homeRegion === homeRegion
      for (const key of listedIn(object)) listed[isOwn ? 'here' : 'elsewhere'].add(key)
      if (!isOwn) continue
      regions.add(digest.region)
      yield object
    }
    for await (const object of bucketEvidence(installation, { bucket, prefix: `${top}CloudTrail`, signal })) {
      const file = parseLogFileName(nameOfKey(object.key))
      if (file === undefined || !isNamedInTime(file.stampMs, { fromMs, untilMs })) continue
      if (regions.size > 0 && !regions.has(file.region)) continue
      if (listed.elsewhere.has(object.key) && !listed.here.has(object.key)) continue
      yield object
    }
  }
}

/** A digest that cannot be read lists nothing; verifying tells what is wrong with it. */
const digestBytesMax = 64 * 1024 * 1024

function listedIn({ bytes }: EvidenceObject): readonly string[] {
  if (bytes === undefined) return []
  try {
    const digest = readDigest(gunzipSync(bytes, { maxOutputLength: digestBytesMax }).toString())
    return 'problem' in digest ? [] : digest.files.map(({ key }) => key)
  } catch {
    return []
  }
}
