import { createHash } from 'node:crypto'
import type { KeyVault } from '../../ports/key-vault.ts'

/** Tokens that say where the next page begins. Sealed, so a client can neither read nor make one. */
export interface PlaceTokens {
  /** `bound`: what the next page must be asked for with, caller included. */
  write(place: number, bound: readonly string[]): string
  /** `undefined` when it was not written for the same `bound`, or not by this installation. */
  read(token: string, bound: readonly string[]): number | undefined
}

/** Sealed tokens are far shorter. */
const tokenCharsMax = 1_000

export function createPlaceTokens(vault: KeyVault): PlaceTokens {
  const contextOf = (bound: readonly string[]) =>
    `lake page ${createHash('sha256').update(JSON.stringify(bound)).digest('hex')}`
  return {
    write: (place, bound) => vault.seal(Buffer.from(String(place)), contextOf(bound)),
    read(token, bound) {
      if (token.length > tokenCharsMax) return undefined
      try {
        return Number(Buffer.from(vault.unseal(token, contextOf(bound))).toString())
      } catch {
        return undefined
      }
    },
  }
}
