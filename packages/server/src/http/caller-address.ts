import { isIP } from 'node:net'
import { createNetworks } from '../runtime/networks.ts'

/** The address that a request counts as coming from; `forwardedFor` is its `X-Forwarded-For`, all of them joined. */
export type CallerAddress = (socketAddress: string, forwardedFor: string | undefined) => string

/**
 * Believes `X-Forwarded-For` as far as the proxies in `trusted` wrote it (addresses, or networks as `10.0.0.0/8`). Each
 * adds at the end whom it was called by, so the list is read from there, up to the first address that is none of
 * theirs: what stands before it, that caller may have written itself.
 */
export function createCallerAddress(trusted: readonly string[]): CallerAddress {
  if (trusted.length === 0) return (socketAddress) => socketAddress
  const proxies = createNetworks(trusted)
  return (socketAddress, forwardedFor) => {
    let caller = socketAddress
    const named = forwardedFor?.split(',') ?? []
    while (isIP(caller) !== 0 && proxies.contains(caller)) {
      const before = named.pop()?.trim() ?? ''
      if (isIP(before) === 0) break
      caller = before
    }
    return caller
  }
}
