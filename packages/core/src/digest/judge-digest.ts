import { digestKey, nameOfKey } from './digest-key.ts'
import type { FindingKind } from './finding.ts'
import type { FoundDigest } from './read-digest.ts'
import type { SeenDigest } from './seen.ts'

interface Problem {
  readonly kind: FindingKind
  readonly sentence: string
}

export interface JudgedDigest {
  readonly problems: readonly Problem[]
  /** Whether what it says can be relied on. */
  readonly isProven: boolean
}

/**
 * Judges one digest: its bytes, its place, its signature, and what its successor (`link`) says it was. Of several
 * symptoms of one act, the one that names the act is given.
 */
export function judgeDigest(seen: SeenDigest, link: FoundDigest['previous'] | undefined): JudgedDigest {
  const name = nameOfKey(seen.key)
  const { content } = seen
  if (content.kind === 'unreadable') {
    return refused('digest-unreadable', `The digest ${name} was changed: it ${content.problem}`)
  }
  const { digest } = content
  if (!isInItsPlace(seen, digest)) {
    return refused(
      'digest-moved',
      `The file ${name} is not what its name says: it holds the digest ${nameOfKey(digest.key)}`,
    )
  }
  const signature = judgeSignature(seen)
  if (signature?.kind === 'key-unknown' || signature?.kind === 'signature-wrong') {
    return { problems: [signature], isProven: false }
  }
  if (link !== undefined && !isWhatTheNextSigned(seen, content.sha256, link)) {
    return refused(
      'digest-replaced',
      `The digest ${name} is not the one that was there when the next digest was signed: it was replaced later by another`,
    )
  }
  const problems = signature === undefined ? [] : [signature]
  if (content.hasMoreBytes) {
    problems.push({
      kind: 'digest-extended',
      sentence: `Bytes were appended to the digest ${name}: behind the digest itself, which is unchanged, the file goes on`,
    })
  }
  return { problems, isProven: signature === undefined || signature.kind === 'signature-stripped' }
}

function refused(kind: FindingKind, sentence: string): JudgedDigest {
  return { problems: [{ kind, sentence }], isProven: false }
}

/** A copy in another bucket or folder is fine as long as the file keeps the name it was signed with. */
function isInItsPlace({ key, name }: SeenDigest, digest: FoundDigest): boolean {
  const expected = digestKey({ ...name, account: digest.account }, digest.window.endMs)
  return nameOfKey(digest.key) === nameOfKey(key) && nameOfKey(expected) === nameOfKey(key)
}

function isWhatTheNextSigned({ own }: SeenDigest, sha256: string, link: NonNullable<FoundDigest['previous']>): boolean {
  if (link.sha256 !== undefined && link.sha256 !== sha256) return false
  return own.kind !== 'given' || own.signature.toLowerCase() === link.signature.toLowerCase()
}

/**
 * Its own signature decides where it has one. Without, the next digest's word for it does: that word is itself signed.
 */
function judgeSignature({ own, statedVerdict, key, content }: SeenDigest): Problem | undefined {
  const name = nameOfKey(key)
  const verdict = own.kind === 'given' ? own.verdict : statedVerdict
  const fingerprint = content.kind === 'read' ? content.digest.fingerprint : ''
  switch (verdict) {
    case 'no-key':
      return {
        kind: 'key-unknown',
        sentence: `The digest ${name} names the public key ${fingerprint}, which is not among the keys given: it was signed by somebody else, or the keys are incomplete`,
      }
    case 'invalid':
      return {
        kind: 'signature-wrong',
        sentence: `The signature of the digest ${name} does not fit: the digest was changed, or signed by somebody else`,
      }
    case 'valid':
      if (own.kind !== 'stripped') return undefined
      return {
        kind: 'signature-stripped',
        sentence: `The signature was removed from the digest ${name}; the digest itself is unchanged, as the next one proves`,
      }
    case undefined:
      return own.kind === 'stripped'
        ? {
            kind: 'signature-stripped',
            sentence: `The signature was removed from the digest ${name}, and no later digest tells it: nothing proves this digest`,
          }
        : {
            kind: 'signature-unavailable',
            sentence: `The copy does not carry the signature of the digest ${name}, and no later digest tells it: give the metadata of the objects, or verify in the bucket`,
          }
  }
}
