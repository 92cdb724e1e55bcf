import { isIP } from 'node:net'

/** Where a client wants to go. */
export interface Target {
  /** Name in lower case, or an address without brackets. */
  readonly host: string
  readonly port: number
}

/** Reads `host:port` as `CONNECT` has it. `undefined` when it is something else. */
export function readTarget(authority: string): Target | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9_.-]+)):(\d{1,5})$/i.exec(authority)
  if (match === null) return undefined
  const [, address, name = address, digits] = match
  const host = (name ?? '').toLowerCase().replace(/\.$/, '')
  const port = Number(digits)
  if (host === '' || port < 1 || port > 65_535) return undefined
  if (address !== undefined && isIP(address) !== 6) return undefined
  return { host, port }
}

/** `host:port`, as it is written in `CONNECT`, `Host` and `--resolve`. */
export function targetText({ host, port }: Target): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`
}
