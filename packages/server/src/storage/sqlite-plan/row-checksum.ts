import type { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'

type Value = string | number | bigint | null | Uint8Array

/*
 * SQLite finds pages that are torn, not a bit that flipped inside a value. So each row carries a CRC-32 over its values,
 * for fsck to compare: over those that do not change by themselves, in this order. NULL in rows of an earlier version.
 */
const checkedColumns = {
  trail: ['life', 'arn', 'account', 'bucket', 'prefix', 'key_arn', 'lists_files'],
  run: [
    'trail',
    'seq',
    'account',
    'region',
    'kind',
    'events',
    'bytes',
    'newest_event_ms',
    'oldest_event_ms',
    'accepted_ms',
    'first_position',
    'positions',
  ],
  claim: ['trail', 'first_seq', 'last_seq', 'salt', 'bucket', 'prefix', 'earlier'],
  file: ['trail_arn', 'region', 'json'],
} as const

/** Of values in the order of the table's checked columns. */
export function rowChecksum(values: readonly Value[]): number {
  let sum = 0
  for (const value of values) {
    const bytes = value instanceof Uint8Array ? value : Buffer.from(`${value}`)
    // The length keeps neighbours apart.
    sum = crc32(bytes, crc32(`${bytes.length}:`, sum))
  }
  return sum
}

/** Rows whose values are not those that were written, one sentence each. */
export function changedRows(database: DatabaseSync): readonly string[] {
  const found: string[] = []
  for (const [table, columns] of Object.entries(checkedColumns)) {
    const rows = database.prepare(`SELECT ${columns.join(', ')}, crc FROM ${table} WHERE crc IS NOT NULL`)
    let changed = 0
    for (const { crc, ...row } of rows.iterate()) if (rowChecksum(Object.values(row) as Value[]) !== crc) changed += 1
    if (changed > 0) found.push(`rows of the table ${table} that are not as they were written: ${changed}`)
  }
  return found
}
