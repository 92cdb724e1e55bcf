import type { Ids } from '../ports/ids.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Number of the account in the bits 46 to 7 of the first 48; bit 47 marks ids that carry one. */
const accountShift = 7n
const accountMask = (1n << 40n) - 1n
const carriesAccount = 1n << 47n

/**
 * A new access key id: `AKIA` for long-term keys, `ASIA` for temporary ones, then 80 bits in base32 that hold the
 * account as on AWS, so that tools which compute the account from a key id are right.
 *
 * @source observed on real keys; STS GetAccessKeyInfo does the same
 */
export function newAccessKeyId(prefix: 'AKIA' | 'ASIA', account: string, ids: Ids): string {
  return prefix + base32(withAccount(account, ids))
}

/** The account an access key id names, twelve digits; `undefined` when the id is of no such form. */
export function accountOfAccessKeyId(accessKeyId: string): string | undefined {
  if (!/^A[A-Z]{3}[A-Z2-7]{16}$/.test(accessKeyId)) return undefined
  let bits = 0n
  for (const letter of accessKeyId.slice(4, 14)) bits = (bits << 5n) | BigInt(alphabet.indexOf(letter))
  const head = bits >> 2n
  if ((head & carriesAccount) === 0n) return undefined
  const account = ((head >> accountShift) & accountMask).toString()
  return account.length > 12 ? undefined : account.padStart(12, '0')
}

/** A new id of a user, group, role or managed policy: prefix and seventeen letters, the first sixteen like a key's. */
export function newEntityId(prefix: 'AIDA' | 'AGPA' | 'AROA' | 'ANPA', account: string, ids: Ids): string {
  return prefix + base32(withAccount(account, ids)) + alphabet.charAt((ids.bytes(1)[0] ?? 0) & 31)
}

/** Forty characters, as on AWS. */
export function newSecretAccessKey(ids: Ids): string {
  return Buffer.from(ids.bytes(30)).toString('base64')
}

function withAccount(account: string, ids: Ids): Uint8Array {
  const bytes = Buffer.from(ids.bytes(10))
  const noise = BigInt(bytes.readUIntBE(0, 6)) & ((1n << accountShift) - 1n)
  const head = carriesAccount | (BigInt(account) << accountShift) | noise
  bytes.writeUIntBE(Number(head), 0, 6)
  return bytes
}

/** RFC 4648 alphabet; ten bytes are sixteen letters without padding. */
function base32(bytes: Uint8Array): string {
  let bits = 0n
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte)
  let text = ''
  for (let shift = BigInt(bytes.length * 8 - 5); shift >= 0n; shift -= 5n) {
    text += alphabet.charAt(Number((bits >> shift) & 31n))
  }
  return text
}
