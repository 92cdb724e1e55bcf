import type { LookupQuery } from '@cairn/core/lookup'
import type { Principal } from '../identity/index.ts'

/** Nobody's account: a look-up in it finds nothing. */
const nowhere = '000000000000'

/**
 * A look-up as far as the caller may see: the operator reads every account, anyone else the own one, where policies
 * allow `cloudtrail:LookupEvents`. `require` throws when they do not.
 */
export function readableBy(
  asker: { readonly principal: Principal; require(access: { action: string; resource: string }): void },
  query: LookupQuery,
): { readonly query: LookupQuery; readonly caller: string } {
  const { principal } = asker
  if (principal.kind === 'operator') return { query, caller: 'operator' }
  asker.require({ action: 'cloudtrail:LookupEvents', resource: '*' })
  const own = 'account' in principal ? principal.account : nowhere
  const accounts = query.accounts?.includes(own) === false ? [nowhere] : [own]
  return { query: { ...query, accounts }, caller: 'arn' in principal ? principal.arn : own }
}
