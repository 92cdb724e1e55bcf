/** What is wrong. Told apart by what somebody must have done, not by the check that found it. */
export type FindingKind =
  | 'no-digests'
  | 'digests-missing'
  | 'digests-missing-at-end'
  | 'chain-restarted'
  | 'digest-unreadable'
  | 'digest-extended'
  | 'digest-moved'
  | 'digest-replaced'
  | 'digest-not-in-chain'
  | 'digest-window-wrong'
  | 'signature-wrong'
  | 'signature-stripped'
  | 'signature-unavailable'
  | 'other-bucket'
  | 'key-unknown'
  | 'file-missing'
  | 'file-changed'
  | 'files-swapped'
  | 'file-extended'
  | 'file-unreadable'
  | 'file-unlisted'
  | 'pack-changed'

/**
 * How bad it is: `altered`, something is not what was written; `missing`, something is gone; `unproven`, nothing
 * speaks against it, and what would prove it is not at hand.
 */
export type FindingClass = 'altered' | 'missing' | 'unproven'

export const findingClasses: Readonly<Record<FindingKind, FindingClass>> = {
  'no-digests': 'missing',
  'digests-missing': 'missing',
  'digests-missing-at-end': 'missing',
  'chain-restarted': 'missing',
  'digest-unreadable': 'altered',
  'digest-extended': 'altered',
  'digest-moved': 'altered',
  'digest-replaced': 'altered',
  'digest-not-in-chain': 'altered',
  'digest-window-wrong': 'altered',
  'signature-wrong': 'altered',
  'signature-stripped': 'altered',
  'signature-unavailable': 'unproven',
  'other-bucket': 'unproven',
  'key-unknown': 'unproven',
  'file-missing': 'missing',
  'file-changed': 'altered',
  'files-swapped': 'altered',
  'file-extended': 'altered',
  'file-unreadable': 'altered',
  'file-unlisted': 'altered',
  'pack-changed': 'altered',
}

const ofLogFiles: ReadonlySet<FindingKind> = new Set([
  'file-changed',
  'files-swapped',
  'file-extended',
  'file-unreadable',
  'file-unlisted',
])

/** Whether what was found is a log file that is there: what is gone has no events, and a digest holds none. */
export function isOfLogFile(kind: FindingKind): boolean {
  return ofLogFiles.has(kind)
}

export interface Finding {
  readonly kind: FindingKind
  /** Object or file it is about; the folder where nothing is left to name. */
  readonly place: string
  readonly region: string
  /** The time it concerns. Equal where it is one moment. */
  readonly fromMs: number
  readonly untilMs: number
  /** For a person who has never heard of digests' insides. */
  readonly sentence: string
}
