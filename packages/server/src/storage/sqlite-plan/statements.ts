import type { DatabaseSync } from 'node:sqlite'

/** Everything that is asked of the plan's tables. */
export function prepareStatements(database: DatabaseSync) {
  const prepare = (sql: string) => database.prepare(sql)
  const inRange = 'trail = ? AND seq BETWEEN ? AND ?'
  return {
    head: prepare('SELECT next_position FROM head'),
    moveHead: prepare('UPDATE head SET next_position = ?'),
    trails: prepare('SELECT * FROM trail'),
    addTrail: prepare(
      'INSERT INTO trail (life, arn, account, bucket, prefix, key_arn, lists_files, crc, last_seq, claimed_to) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0)',
    ),
    changeTrail: prepare('UPDATE trail SET bucket = ?, prefix = ?, key_arn = ?, lists_files = ?, crc = ? WHERE id = ?'),
    moveTrail: prepare('UPDATE trail SET last_seq = ?, claimed_to = ? WHERE id = ?'),
    removeTrail: prepare('DELETE FROM trail WHERE id = ?'),
    addRun: prepare('INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    runs: prepare(`SELECT * FROM run WHERE ${inRange} ORDER BY seq`),
    unclaimed: prepare('SELECT seq, bytes FROM run WHERE trail = ? AND seq > ? ORDER BY seq'),
    front: prepare('SELECT first_position, accepted_ms FROM run WHERE trail = ? ORDER BY seq LIMIT 1'),
    sums: prepare(
      `SELECT coalesce(sum(events), 0) AS events, coalesce(sum(bytes), 0) AS bytes,
        coalesce(sum(iif(seq > ?, bytes, 0)), 0) AS unclaimed_bytes FROM run WHERE trail = ?`,
    ),
    sumOfRuns: prepare(`SELECT sum(events) AS events, sum(bytes) AS bytes FROM run WHERE ${inRange}`),
    removeRuns: prepare(`DELETE FROM run WHERE ${inRange}`),
    addClaim: prepare(
      'INSERT INTO claim (trail, first_seq, last_seq, salt, bucket, prefix, crc) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    claims: prepare('SELECT * FROM claim WHERE trail = ? ORDER BY id'),
    claimById: prepare('SELECT claim.*, trail.life FROM claim JOIN trail ON trail.id = claim.trail WHERE claim.id = ?'),
    redirect: prepare('UPDATE claim SET salt = ?, bucket = ?, prefix = ?, earlier = ?, crc = ? WHERE id = ?'),
    removeClaim: prepare('DELETE FROM claim WHERE id = ?'),
    regions: prepare('SELECT DISTINCT region FROM run WHERE trail = ?'),
    lastDeliveries: prepare('SELECT region, delivered_ms FROM last_delivery WHERE trail = ?'),
    delivered: prepare('INSERT OR REPLACE INTO last_delivery VALUES (?, ?, ?)'),
    removeLastDeliveries: prepare('DELETE FROM last_delivery WHERE trail = ?'),
    addFile: prepare('INSERT INTO file (trail_arn, region, json, crc) VALUES (?, ?, ?, ?)'),
    files: prepare('SELECT id, json FROM file WHERE trail_arn = ? AND region = ? AND id > ? ORDER BY id LIMIT ?'),
    removeFiles: prepare('DELETE FROM file WHERE trail_arn = ? AND region = ? AND id <= ?'),
  }
}
