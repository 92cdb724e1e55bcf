import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { signatureAlgorithm } from '@cairn/core/digest'
import { Fault } from '../fault.ts'
import type { ListedFile } from '../ports/delivery-plan.ts'
import type { ChainRecord, DigestClaim, SignedDigest } from './chain-record.ts'
import type { DigestBucket } from './digest-bucket.ts'
import { backfillText, keyOf, linkTo, partFiles, standardText } from './sign-digests.ts'

const compress = promisify(gzip)
const gzipLevel = 6

/**
 * Puts the digests of a claim, as often as it takes: their bytes follow from the record and from the files it claims.
 *
 * @throws Fault `integrity.claim-unreadable` when they come out other than they were signed
 */
export async function writeClaim(
  record: ChainRecord,
  claim: DigestClaim,
  files: readonly ListedFile[],
  bucket: DigestBucket,
): Promise<void> {
  const { standard, late } = partFiles(record, files)

  async function write(kind: 'standard' | 'backfill', digest: SignedDigest, text: string, extra = {}): Promise<void> {
    const bytes = Buffer.from(text)
    if (createHash('sha256').update(bytes).digest('hex') !== digest.sha256) {
      const fields = { trail: record.trail, region: record.region, kind }
      throw new Fault('integrity.claim-unreadable', 'a signed digest cannot be made again', fields)
    }
    await bucket.put({
      bucket: digest.bucket,
      prefix: digest.prefix,
      key: keyOf(record, kind, digest),
      account: record.account,
      trailArn: record.trail,
      ...(record.keyArn !== undefined && { keyArn: record.keyArn }),
      bytes: await compress(bytes, { level: gzipLevel }),
      sha256: digest.sha256,
      metadata: {
        'x-amz-meta-signature': digest.signature,
        'x-amz-meta-signature-algorithm': signatureAlgorithm,
        ...extra,
      },
    })
  }

  await write('standard', claim.standard, standardText(record, claim.standard, standard))
  if (claim.backfill === undefined) return
  await write('backfill', claim.backfill, backfillText(record, claim.backfill, late), {
    'x-amz-meta-backfill-generation-timestamp': new Date(claim.backfill.generatedAtMs).toISOString(),
  })
}

/** The record once the digests of its claim are in the bucket. */
export function afterClaim(record: ChainRecord, claim: DigestClaim, nowMs: number): ChainRecord {
  const { claim: _, error: __, ...rest } = record
  const { standard, backfill } = claim
  return {
    ...rest,
    last: linkTo(record, 'standard', standard),
    endMs: standard.window.endMs,
    through: claim.through,
    isClosed: claim.closes,
    deliveredAtMs: nowMs,
    ...(backfill !== undefined && {
      backfill: { last: linkTo(record, 'backfill', backfill), endMs: backfill.window.endMs },
    }),
  }
}
