import type { Recognition } from '../../ports/history-index.ts'
import type { MutableCounts } from './import-report.ts'

/** Why a record is not wanted where the import goes. */
export type LeftOut = 'outside' | 'expired'

/** What became of a record. */
export type Fate = Recognition | LeftOut

export function isAdded(fate: Fate): fate is 'new' | 'other' {
  return fate === 'new' || fate === 'other'
}

export function countFate(counts: MutableCounts, fate: Fate): void {
  counts.records += 1
  if (fate === 'same') counts.duplicates += 1
  else if (fate === 'outside') counts.outside += 1
  else if (fate === 'expired') counts.expired += 1
  else counts.added += 1
  if (fate === 'other') counts.conflicts += 1
}
