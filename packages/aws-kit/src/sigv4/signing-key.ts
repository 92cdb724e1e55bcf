import { createHmac } from 'node:crypto'
import type { CredentialScope } from './scope.ts'

/** Good for one secret on one day in one region for one service. Never leaves the process. */
export type SigningKey = Uint8Array & { readonly __brand: 'SigningKey' }

function hmac(key: Uint8Array | string, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest()
}

/** HMAC chain over the scope, as AWS defines it. */
export function deriveSigningKey(secretAccessKey: string, scope: CredentialScope): SigningKey {
  const day = hmac(`AWS4${secretAccessKey}`, scope.date)
  const region = hmac(day, scope.region)
  const service = hmac(region, scope.service)
  return hmac(service, 'aws4_request') as Uint8Array as SigningKey
}

/** Lower-case hex, as it stands in requests. `text` is Latin-1. */
export function signature(key: SigningKey, text: string): string {
  return createHmac('sha256', key).update(text, 'latin1').digest('hex')
}

export interface SigningKeys {
  /** Asks for the secret only when the key is not known yet: unsealing is the dear part. */
  get(accessKeyId: string, scope: CredentialScope, secretAccessKey: () => string): SigningKey
  /** To be called when an access key is deleted or its secret replaced. */
  forget(accessKeyId: string): void
}

/** Remembers derived keys, the least recently used go first. Four HMACs and an unsealing are saved per request. */
export function createSigningKeys(options: { readonly entriesMax: number }): SigningKeys {
  const keys = new Map<string, SigningKey>()
  return {
    get(accessKeyId, scope, secretAccessKey) {
      const name = `${accessKeyId}/${scope.date}/${scope.region}/${scope.service}`
      const known = keys.get(name)
      if (known !== undefined) {
        // Re-insertion keeps the map in order of use.
        keys.delete(name)
        keys.set(name, known)
        return known
      }
      const derived = deriveSigningKey(secretAccessKey(), scope)
      keys.set(name, derived)
      if (keys.size > options.entriesMax) {
        const oldest = keys.keys().next().value
        if (oldest !== undefined) keys.delete(oldest)
      }
      return derived
    },
    forget(accessKeyId) {
      for (const name of keys.keys()) if (name.startsWith(`${accessKeyId}/`)) keys.delete(name)
    },
  }
}
