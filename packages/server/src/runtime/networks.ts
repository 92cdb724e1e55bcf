import { BlockList, isIP } from 'node:net'

/** A set of networks, which an address is in or not. */
export interface Networks {
  /** Of an IP address; an IPv4 address dressed as IPv6 is judged as what it is, which `BlockList` does by itself. */
  contains(address: string): boolean
}

/** Takes addresses and networks as `isNetwork` has them: `10.0.0.5`, `10.1.0.0/16`, `fd00::/8`. */
export function createNetworks(texts: readonly string[]): Networks {
  const list = new BlockList()
  for (const text of texts) {
    const { address, family, bits } = split(text)
    list.addSubnet(address, bits, familyName(family))
  }
  return { contains: (address) => list.check(address, familyName(isIP(address))) }
}

/** Whether `text` is an address, or a network such as `10.1.0.0/16`. */
export function isNetwork(text: string): boolean {
  const { family, bits } = split(text)
  return family !== 0 && bits <= bitsOf(family)
}

/** An address by itself is a network of one. */
function split(text: string): { readonly address: string; readonly family: number; readonly bits: number } {
  const [, address = '', written] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const family = isIP(address)
  return { address, family, bits: written === undefined ? bitsOf(family) : Number(written) }
}

const bitsOf = (family: number) => (family === 4 ? 32 : 128)
const familyName = (family: number) => (family === 4 ? 'ipv4' : 'ipv6')
