import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { Fault } from '../../fault.ts'
import { createNetworks } from '../../runtime/networks.ts'
import type { Target } from './target.ts'

/**
 * Networks that a proxy does not open to its clients: a program, or whoever makes it fetch a URL, would reach the
 * machine's own services, its metadata endpoint with the credentials of its role, or its neighbours.
 *
 * @source IANA special-purpose address registries
 */
const innerNetworks: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/127',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
]

export interface AddressRuleOptions {
  /**
   * Where a host is instead of where DNS says: `s3.eu-west-1.amazonaws.com` → `127.0.0.1:9000`. `*.amazonaws.com` covers
   * what is below, `*` everything. With `http://` in front, what is there speaks no TLS.
   */
  readonly resolve: ReadonlyMap<string, string>
  /** Told of the key of `resolve` by which a host was placed, each time. */
  readonly onPlaced?: ((pattern: string) => void) | undefined
  /** Inner networks that may be reached all the same, as `10.0.0.0/8`. */
  readonly allowed: readonly string[]
  /** Finds addresses of a name; DNS as the system has it, by default. */
  readonly lookupAll?: (host: string) => Promise<readonly string[]>
}

/** Where to connect to for a target: the address is the one that was judged, so that no second look-up can change it. */
export type AddressRule = (target: Target) => Promise<Target>

/** @throws Fault `proxy.address-refused`, `proxy.host-unknown` from what it returns */
export function createAddressRule(options: AddressRuleOptions): AddressRule {
  const { resolve, lookupAll = systemLookup } = options
  const inner = createNetworks(innerNetworks)
  const allowed = createNetworks(options.allowed)
  return async ({ host, port }) => {
    const pinned = pinnedBy(host, resolve)
    if (pinned !== undefined) {
      options.onPlaced?.(pinned.pattern)
      return withPort(pinned.place, port)
    }
    const addresses = isIP(host) === 0 ? await found(host, lookupAll) : [host]
    const open = addresses.find((address) => !inner.contains(address) || allowed.contains(address))
    if (open === undefined) {
      throw new Fault('proxy.address-refused', 'target is on an inner network', { host, address: addresses[0] ?? '' })
    }
    return { host: open, port }
  }
}

/** Whether `resolve` says where a host is. */
export function isPinned(host: string, resolve: ReadonlyMap<string, string>): boolean {
  return pinnedBy(host, resolve) !== undefined
}

/** Whether a host is, as `resolve` has it, where no TLS is spoken. */
export function isPlainAt(host: string, resolve: ReadonlyMap<string, string>): boolean {
  return pinnedBy(host, resolve)?.place.startsWith('http://') === true
}

interface Pinned {
  readonly pattern: string
  readonly place: string
}

/** The nearest entry wins: the host itself, then what is below the longest domain, then everything. */
function pinnedBy(host: string, resolve: ReadonlyMap<string, string>): Pinned | undefined {
  const patterns = [host]
  for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) patterns.push(`*${host.slice(dot)}`)
  for (const pattern of [...patterns, '*']) {
    const place = resolve.get(pattern)
    if (place !== undefined) return { pattern, place }
  }
  return undefined
}

/** `127.0.0.1:9000`, `[::1]:9000`, either without a port or with `http://`. */
function withPort(pinned: string, port: number): Target {
  const match = /^(?:http:\/\/)?(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(pinned)
  return { host: match?.[1] ?? match?.[2] ?? pinned, port: Number(match?.[3] ?? port) }
}

async function found(host: string, lookupAll: (host: string) => Promise<readonly string[]>) {
  try {
    return await lookupAll(host)
  } catch (cause) {
    throw new Fault('proxy.host-unknown', 'host has no address', { host }, { cause })
  }
}

async function systemLookup(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address)
}
