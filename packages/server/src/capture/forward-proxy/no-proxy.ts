import { isIP } from 'node:net'
import { createNetworks, isNetwork } from '../../runtime/networks.ts'
import type { Target } from './target.ts'

/**
 * Whether `target` is excepted from a proxy by a list as `NO_PROXY` has it: `*`, names that cover what is below them
 * (with or without a dot or `*.` in front), addresses, networks as `10.0.0.0/8`, each with a port if it likes.
 *
 * @source there is no standard: what curl, Go, requests and Node agree on
 */
export function isExcepted({ host, port }: Target, noProxy: string): boolean {
  return entriesOf(noProxy).some((entry) => covers(entry, host, port))
}

/** The entries of `noProxy` that except nothing below `domains`. */
export function withoutDomains(noProxy: string, domains: readonly string[]): readonly string[] {
  return entriesOf(noProxy).filter(
    (entry) => entry !== '*' && !domains.some((domain) => overlaps(nameOf(entry.replace(/:\d+$/, '')), domain)),
  )
}

export function entriesOf(noProxy: string): readonly string[] {
  return noProxy
    .split(/[\s,]+/)
    .map((entry) => entry.toLowerCase())
    .filter((entry) => entry !== '')
}

function covers(entry: string, host: string, port: number): boolean {
  if (entry === '*') return true
  const [, bracketed, bare = bracketed ?? '', ownPort] = /^(?:\[([^\]]+)\]|(.*?))(?::(\d+))?$/.exec(entry) ?? []
  const isPlainIPv6 = isIP(entry) === 6
  const name = isPlainIPv6 ? entry : bare
  if (!isPlainIPv6 && ownPort !== undefined && Number(ownPort) !== port) return false
  if (isIP(host) !== 0) return isNetwork(name) && createNetworks([name]).contains(host)
  const domain = nameOf(name)
  return host === domain || host.endsWith(`.${domain}`)
}

const nameOf = (entry: string) => entry.replace(/^\*?\./, '')

function overlaps(one: string, other: string): boolean {
  return one === other || one.endsWith(`.${other}`) || other.endsWith(`.${one}`)
}
