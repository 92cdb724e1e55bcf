import { Fault } from '../fault.ts'
import type { KeyVault } from '../ports/key-vault.ts'

/**
 * What a session token carries. Tokens are stateless: everything about the session, its secret included, is sealed
 * into the text the client holds and sends with every call.
 */
export interface SessionGrant {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly account: string
  readonly issuedAtMs: number
  readonly expiresAtMs: number
  readonly mfa: boolean
  readonly holder:
    | { readonly kind: 'role'; readonly id: string; readonly name: string; readonly sessionName: string }
    | { readonly kind: 'user'; readonly id: string; readonly name: string }
    | { readonly kind: 'root' }
  readonly sourceIdentity?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly transitiveTagKeys?: readonly string[]
  readonly policies?: readonly string[]
  readonly policyArns?: readonly string[]
}

interface Sealed extends SessionGrant {
  readonly format: typeof format
}

const format = 1

/** A token is longer than any of ours by far before it is not even looked at. */
const tokenCharsMax = 16_384

export function writeSessionToken(grant: SessionGrant, vault: KeyVault): string {
  const plain = Buffer.from(JSON.stringify({ ...grant, format } satisfies Sealed))
  // Base64 as a whole, as AWS's tokens look; clients check nothing, but people paste them into forms that do.
  return Buffer.from(vault.seal(plain, contextOf(grant.accessKeyId))).toString('base64')
}

/** `undefined` when the token is not ours, or not the one of this access key. Expiry is the caller's to judge. */
export function readSessionToken(token: string, accessKeyId: string, vault: KeyVault): SessionGrant | undefined {
  if (token.length > tokenCharsMax) return undefined
  const sealed = Buffer.from(token, 'base64')
  // One session has one token: the decoder overlooks what does not belong, we do not.
  if (sealed.toString('base64') !== token) return undefined
  let plain: Uint8Array
  try {
    plain = vault.unseal(sealed.toString('latin1'), contextOf(accessKeyId))
  } catch (error) {
    if (error instanceof Fault && error.code === 'vault.unsealable') return undefined
    throw error
  }
  const grant: Sealed = JSON.parse(Buffer.from(plain).toString('utf8'))
  return grant.format === format ? grant : undefined
}

function contextOf(accessKeyId: string): string {
  return `session-token/${accessKeyId}`
}
