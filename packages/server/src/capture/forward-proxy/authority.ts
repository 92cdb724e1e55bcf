import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { createSecureContext, type SecureContext } from 'node:tls'
import type { Clock } from '../../ports/clock.ts'
import type { Ids } from '../../ports/ids.ts'
import { isBelow } from './aws-hosts.ts'
import { authorityCertificate, hostCertificate } from './certificate.ts'

/** A certificate authority of our own, that clients behind the proxy are told to trust. */
export interface Authority {
  /** Its certificate, in PEM. */
  readonly certificate: string
  /** The names and addresses it can vouch for; below a name, all of them. */
  readonly domains: readonly string[]
  covers(host: string): boolean
  /** What a TLS server needs to be `host`. Made once a host and kept; they all share one key that is never stored. */
  contextFor(host: string): SecureContext
}

/** What of an authority outlives the process. The key is a secret. */
export interface StoredAuthority {
  readonly certificate: string
  /** PKCS #8 in PEM. */
  readonly privateKey: string
  readonly domains: readonly string[]
}

interface AuthorityOptions {
  readonly clock: Clock
  readonly ids: Ids
}

const dayMs = 86_400_000
/** Clocks differ, in containers by more than one would think. */
const leewayMs = dayMs
/** A certificate of a host lives in memory only, and a proxy may run for months. Clients refuse more than 398 days. */
const hostValidMs = 397 * dayMs
/** Programs talk to a few dozen hosts, but every bucket is a host of its own. A context takes some 10 KB. */
const contextsMax = 1_000
const commonName = 'Cairn forward proxy'

/** Makes a new authority for `domains`, valid for `validMs` from now. */
export function newAuthority(
  domains: readonly string[],
  validMs: number,
  { clock, ids }: AuthorityOptions,
): StoredAuthority {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const nowMs = clock.nowMs()
  // The name is part of what clients look an issuer up by: two authorities of ours must not share it.
  const issuer = { commonName: `${commonName} ${Buffer.from(ids.bytes(4)).toString('hex')}`, privateKey }
  const validity = { fromMs: nowMs - leewayMs, toMs: nowMs + validMs, serial: ids.bytes(16) }
  return {
    certificate: authorityCertificate(issuer, validity, domains),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    domains,
  }
}

/** Brings an authority to work. */
export function openAuthority(stored: StoredAuthority, { clock, ids }: AuthorityOptions): Authority {
  const issuer = {
    commonName: new X509Certificate(stored.certificate).subject.replace(/^CN=/, ''),
    privateKey: createPrivateKey(stored.privateKey),
  }
  const hostKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = hostKeys.privateKey.export({ type: 'pkcs8', format: 'pem' })
  const contexts = new Map<string, SecureContext>()
  return {
    certificate: stored.certificate,
    domains: stored.domains,
    covers: (host) => (isIP(host) === 0 ? isBelow(host, stored.domains) : stored.domains.includes(host)),
    contextFor(host) {
      const known = contexts.get(host)
      if (known) return known
      const nowMs = clock.nowMs()
      const validity = { fromMs: nowMs - leewayMs, toMs: nowMs + hostValidMs, serial: ids.bytes(16) }
      const cert = hostCertificate(issuer, validity, host, hostKeys.publicKey)
      const context = createSecureContext({ cert: `${cert}${stored.certificate}`, key })
      const [oldest] = contexts.keys()
      if (contexts.size >= contextsMax && oldest !== undefined) contexts.delete(oldest)
      contexts.set(host, context)
      return context
    },
  }
}
