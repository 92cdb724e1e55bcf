import { createHash } from 'node:crypto'
import { Fault } from '../fault.ts'
import type { Position } from '../ports/event-log.ts'
import type { EventPlace } from '../ports/history-index.ts'
import type { KeyVault } from '../ports/key-vault.ts'

/** Tokens that say where the next page begins. Sealed, so a client can neither read nor make one. */
export interface PageTokens {
  write(place: EventPlace, bound: readonly string[]): string
  /** @throws Fault `history.bad-token` when it was not written for the same `bound`, or not by this installation */
  read(token: string, bound: readonly string[]): EventPlace
}

/** Sealed tokens are far shorter. */
const tokenCharsMax = 1_024

export function createPageTokens(vault: KeyVault): PageTokens {
  return {
    write({ timeMs, position }, bound) {
      return vault.seal(Buffer.from(JSON.stringify([timeMs, position])), contextOf(bound))
    },
    read(token, bound) {
      try {
        if (token.length > tokenCharsMax) throw new RangeError('longer than any token')
        const place: unknown = JSON.parse(Buffer.from(vault.unseal(token, contextOf(bound))).toString())
        const [timeMs, position] = place as [number, Position]
        return { timeMs, position }
      } catch (cause) {
        throw new Fault('history.bad-token', 'the token was not given for this request', {}, { cause })
      }
    },
  }
}

function contextOf(bound: readonly string[]): string {
  return `history page ${createHash('sha256').update(JSON.stringify(bound)).digest('hex')}`
}
