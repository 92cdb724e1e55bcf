import { hash } from 'node:crypto'
import type { LakeQuery } from '../queries/index.ts'

/** The newest ones: a client sends a call again within a minute, and not after a thousand others. */
const tokensMax = 1_000

/** What a call asks for, by whom. */
interface TokenRequest {
  readonly account: string
  readonly region: string
  readonly caller: string
  /** The client's own name of this call. */
  readonly token?: string
  readonly text: string
  readonly parameters?: readonly string[]
  readonly database?: string
  readonly catalog?: string
  readonly output?: { readonly uri: string }
}

/**
 * Starts an execution, but what was asked with the same token before: a call that comes again, because its answer was
 * lost, is answered with the execution there is. Tokens are known while the server runs.
 *
 * @returns nothing for a token that was given for another request
 */
export type StartOnce = (request: TokenRequest, start: () => Promise<LakeQuery>) => Promise<LakeQuery | undefined>

export function createStartOnce(): StartOnce {
  const started = new Map<string, { readonly asked: string; readonly query: Promise<LakeQuery> }>()
  return async (request, start) => {
    const { token, account, region, caller, text, parameters, database, catalog, output } = request
    if (token === undefined) return start()
    const key = JSON.stringify([account, region, caller, token])
    const asked = hash('sha256', JSON.stringify([text, parameters, database, catalog, output?.uri]))
    const known = started.get(key)
    if (known !== undefined) return known.asked === asked ? known.query : undefined
    const query = start()
    started.set(key, { asked, query })
    const [oldest] = started.keys()
    if (started.size > tokensMax && oldest !== undefined) started.delete(oldest)
    query.catch(() => started.delete(key))
    return query
  }
}
