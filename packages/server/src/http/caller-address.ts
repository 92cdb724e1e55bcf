import { BlockList, isIP } from 'node:net'

/** The address that a request counts as coming from; `forwardedFor` is its `X-Forwarded-For`, all of them joined. */
export type CallerAddress = (socketAddress: string, forwardedFor: string | undefined) => string

/**
 * Believes `X-Forwarded-For` as far as the proxies in `trusted` wrote it (addresses, or networks as `10.0.0.0/8`). Each
 * adds at the end whom it was called by, so the list is read from there, up to the first address that is none of
 * theirs: what stands before it, that caller may have written itself.
 */
export function createCallerAddress(trusted: readonly string[]): CallerAddress {
  if (trusted.length === 0) return (socketAddress) => socketAddress
  const proxies = new BlockList()
  for (const network of trusted) {
    const [address = '', bits] = network.split('/')
    if (bits === undefined) proxies.addAddress(address, familyOf(address))
    else proxies.addSubnet(address, Number(bits), familyOf(address))
  }
  return (socketAddress, forwardedFor) => {
    let caller = socketAddress
    const named = forwardedFor?.split(',') ?? []
    while (isIP(caller) !== 0 && proxies.check(caller, familyOf(caller))) {
      const before = named.pop()?.trim() ?? ''
      if (isIP(before) === 0) break
      caller = before
    }
    return caller
  }
}

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')
