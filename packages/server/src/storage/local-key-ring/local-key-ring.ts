import { createCipheriv, createDecipheriv } from 'node:crypto'
import { Fault } from '../../fault.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Ids } from '../../ports/ids.ts'
import type { KeyVault } from '../../ports/key-vault.ts'
import { type RingKey, readKeyFile, writeKeyFile } from './key-file.ts'

export interface LocalKeyRingOptions {
  /** The key file. Its directory exists. */
  readonly path: string
  /** Whether an absent file is made, with a first key: only where nothing was sealed yet. */
  readonly mayCreate: boolean
  readonly ids: Ids
  readonly clock: Clock
}

export interface LocalKeyRing extends KeyVault {
  /** Adds a key that seals from now on; what older keys sealed stays readable. */
  rotate(): Promise<void>
}

/*
 * sealed = "1." key-id "." base64url(nonce[12] ciphertext tag[16])
 *
 * AES-256-GCM. The nonce is random, which is safe for 2^32 seals under one key: a million secrets a day for a decade.
 * Key id and context are authenticated, so a sealed secret moved to another row does not open.
 */
const scheme = '1'
const nonceBytes = 12
const tagBytes = 16

/**
 * @throws Fault `vault.missing`, `vault.file-open-to-others`, `vault.newer-format`, `vault.damaged`,
 * `vault.unreadable`, `vault.unwritable`
 */
export async function openLocalKeyRing({ path, mayCreate, ids, clock }: LocalKeyRingOptions): Promise<LocalKeyRing> {
  const newKey = (): RingKey => ({
    id: `k-${Buffer.from(ids.bytes(6)).toString('hex')}`,
    createdAt: new Date(clock.nowMs()).toISOString(),
    secret: ids.bytes(32),
  })
  const found = await readKeyFile(path)
  if (found === undefined && !mayCreate) throw new Fault('vault.missing', 'the key file is missing', { path })
  const keys = found ?? [newKey()]
  if (found === undefined) await writeKeyFile(path, keys)
  const ring = new Map(keys.map((key) => [key.id, key]))
  const newest = keys.at(-1)
  if (newest === undefined) throw new Fault('vault.damaged', 'the key file is damaged', { path, reason: 'no keys' })
  let sealing = newest

  return {
    seal(plain, context) {
      const nonce = ids.bytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', sealing.secret, nonce)
      cipher.setAAD(boundTo(sealing.id, context))
      const body = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
      return `${scheme}.${sealing.id}.${body.toString('base64url')}`
    },

    unseal(sealed, context) {
      const [found, keyId = '', text = ''] = sealed.split('.', 3)
      const key = ring.get(keyId)
      const body = Buffer.from(text, 'base64url')
      const isCanonical = body.toString('base64url') === text
      if (found !== scheme || key === undefined || !isCanonical || body.length < nonceBytes + tagBytes) {
        throw unsealable(keyId)
      }
      try {
        const decipher = createDecipheriv('aes-256-gcm', key.secret, body.subarray(0, nonceBytes))
        decipher.setAAD(boundTo(keyId, context))
        decipher.setAuthTag(body.subarray(-tagBytes))
        return Buffer.concat([decipher.update(body.subarray(nonceBytes, -tagBytes)), decipher.final()])
      } catch {
        throw unsealable(keyId)
      }
    },

    async rotate() {
      const key = newKey()
      await writeKeyFile(path, [...ring.values(), key])
      ring.set(key.id, key)
      sealing = key
    },
  }
}

function boundTo(keyId: string, context: string): Buffer {
  return Buffer.from(`cairn-seal\0${scheme}\0${keyId}\0${context}`)
}

function unsealable(keyId: string): Fault {
  return new Fault('vault.unsealable', 'not sealed by this key ring for this use', { keyId: keyId.slice(0, 40) })
}
