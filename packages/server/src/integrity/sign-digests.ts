import { createHash } from 'node:crypto'
import {
  backfillWindow,
  type Digest,
  type DigestLink,
  digestKey,
  digestText,
  hourOf,
  stringToSign,
  toIsoSecond,
} from '@cairn/core/digest'
import type { DigestSigner } from '../keys/index.ts'
import type { ListedFile } from '../ports/delivery-plan.ts'
import { type ChainRecord, chainOf, type DigestClaim, type SignedDigest } from './chain-record.ts'
import type { DueWindow } from './next-window.ts'

/**
 * A put whose answer came after the boundary belongs to the hour of the answer, and this is how long answers take at
 * the most. What was stored longer before a signed boundary, and proven only now, goes into the backfill chain.
 */
const answerMsMax = 60_000

interface Parted {
  readonly standard: readonly ListedFile[]
  readonly late: readonly ListedFile[]
}

/** Which chain each file belongs to. Depends on the record before the claim alone, so a replay parts them alike. */
export function partFiles(record: ChainRecord, files: readonly ListedFile[]): Parted {
  const signedUntilMs = record.endMs ?? Number.NEGATIVE_INFINITY
  const isLate = (file: ListedFile) => file.storedAtMs < signedUntilMs - answerMsMax
  return { standard: files.filter((file) => !isLate(file)), late: files.filter(isLate) }
}

/** Signs the digest that is due and, where files of signed hours turned up, a backfill digest. */
export function signDigests(options: {
  readonly record: ChainRecord
  readonly due: DueWindow
  readonly files: readonly ListedFile[]
  readonly signers: { readonly standard: DigestSigner; readonly backfill: DigestSigner }
  readonly nowMs: number
}): DigestClaim {
  const { record, due, files, signers, nowMs } = options
  const { standard, late } = partFiles(record, files)
  const place = { bucket: record.bucket, ...(record.prefix !== undefined && { prefix: record.prefix }) }
  const through = files.reduce((last, file) => Math.max(last, file.id), record.through)
  const digest = { ...place, window: due.window, fingerprint: signers.standard.fingerprint }
  const text = standardText(record, digest, standard)
  const claim = {
    standard: signed(record, 'standard', digest, text, record.last, signers.standard),
    through,
    closes: due.closes,
  }
  if (late.length === 0 || record.endMs === undefined) return claim
  const { endMs } = record
  const missed = late.map((file) => hourOf(file.storedAtMs, endMs))
  const backfill = {
    ...place,
    window: backfillWindow(missed, record.backfill?.endMs),
    fingerprint: signers.backfill.fingerprint,
  }
  const backfillSigned = signed(
    record,
    'backfill',
    backfill,
    backfillText(record, backfill, late),
    record.backfill?.last,
    signers.backfill,
  )
  return { ...claim, backfill: { ...backfillSigned, generatedAtMs: nowMs } }
}

type Unsigned = Omit<SignedDigest, 'sha256' | 'signature'>

export function standardText(record: ChainRecord, digest: Unsigned, files: readonly ListedFile[]): string {
  return digestText(digestOf(record, 'standard', digest, files, record.last))
}

export function backfillText(record: ChainRecord, digest: Unsigned, files: readonly ListedFile[]): string {
  return digestText(digestOf(record, 'backfill', digest, files, record.backfill?.last))
}

/** How the next digest names this one. */
export function linkTo(record: ChainRecord, kind: 'standard' | 'backfill', digest: SignedDigest): DigestLink {
  const { bucket, prefix, window, sha256, signature } = digest
  return { bucket, key: keyOf(record, kind, { prefix, window }), sha256, signature }
}

export function keyOf(
  record: ChainRecord,
  kind: 'standard' | 'backfill',
  { prefix, window }: Pick<SignedDigest, 'window'> & { readonly prefix?: string | undefined },
): string {
  return digestKey(chainOf(record, kind, prefix), window.endMs)
}

function digestOf(
  record: ChainRecord,
  kind: 'standard' | 'backfill',
  { bucket, prefix, window, fingerprint }: Unsigned,
  files: readonly ListedFile[],
  previous: DigestLink | undefined,
): Digest {
  const chain = chainOf(record, kind, prefix)
  return { chain, window, bucket, fingerprint, files, ...(previous !== undefined && { previous }) }
}

function signed(
  record: ChainRecord,
  kind: 'standard' | 'backfill',
  digest: Unsigned,
  text: string,
  previous: DigestLink | undefined,
  signer: DigestSigner,
): SignedDigest {
  const sha256 = createHash('sha256').update(text).digest('hex')
  const signature = signer.sign(
    stringToSign({
      endTime: toIsoSecond(digest.window.endMs),
      bucket: digest.bucket,
      key: keyOf(record, kind, digest),
      sha256,
      previousSignature: previous?.signature,
    }),
  )
  return { ...digest, sha256, signature }
}
