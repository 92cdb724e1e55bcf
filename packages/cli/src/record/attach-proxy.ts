import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Attachment, Installation } from '@cairn/server'
import type { Config } from '@cairn/server/config'
import { awsDomains, javaTrustStore, trustBundle, trustedRoots } from '@cairn/server/forward-proxy'
import { type ProxySecrets, readProxySecrets, writeProxySecrets } from '@cairn/server/local-access'
import type { Context } from '../context.ts'
import { parentProxy, withoutProxy } from './parent-proxy.ts'
import { trustedBefore, trustedByNode } from './trusted-files.ts'

interface ProxySettings {
  readonly port: number
  readonly resolve: ReadonlyMap<string, string>
  readonly allowed: readonly string[]
  /** Besides those of AWS. */
  readonly domains: readonly string[]
}

const yearMs = 365 * 86_400_000
/** Clients have to be told of a new authority, so it should not be soon. */
const authorityValidMs = 5 * yearMs
/** An authority that ends sooner is replaced at a start. */
const validLeftMinMs = yearMs / 12

/** Starts the forward proxy of a server, with an authority that is the same after every start. */
export function attachProxy(context: Context, { dataDir }: Config, settings: ProxySettings) {
  return async (installation: Installation): Promise<Attachment> => {
    const { startProxy } = await import('@cairn/server')
    const secrets = await secretsOf(dataDir, settings.domains, context.nowMs())
    // A shell that is led through this proxy starts it again: it is not in front of itself, nor vouches for upstreams.
    const environment = withoutProxy(context.environment, secrets.token)
    const others = (pem: string) => pem.replaceAll(secrets.certificate.trim(), '')
    const before = trustedBefore(environment).map(others)
    const byNode = trustedByNode(environment).map(others)
    const parent = parentProxy(environment)
    const proxy = await startProxy(installation, {
      host: '127.0.0.1',
      port: settings.port,
      token: secrets.token,
      authority: secrets,
      resolve: settings.resolve,
      allowed: settings.allowed,
      ...(parent && { parent }),
      trusted: trustedRoots(before),
    })
    const bundle = join(dataDir, 'proxy-ca-bundle.pem')
    const certificate = join(dataDir, 'proxy-ca.pem')
    const javaTrust = join(dataDir, 'proxy-java-trust.p12')
    writeFileSync(bundle, trustBundle(secrets.certificate, before))
    writeFileSync(certificate, [secrets.certificate, ...byNode].join('\n'))
    writeFileSync(javaTrust, javaTrustStore([secrets.certificate, ...trustedRoots(before)]))
    return {
      note: { proxy: { url: proxy.url, bundle, certificate, javaTrust, domains: secrets.domains } },
      [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
    }
  }
}

/** Those of the last start, unless the domains are others now or their time is nearly over. */
async function secretsOf(dataDir: string, domains: readonly string[], nowMs: number): Promise<ProxySecrets> {
  const wanted = [...awsDomains, ...domains]
  const stored = readProxySecrets(dataDir)
  const isFit = stored?.domains.join() === wanted.join() && stored.validToMs - nowMs > validLeftMinMs
  if (stored && isFit) return stored
  const { makeProxyAuthority } = await import('@cairn/server')
  const secrets = {
    ...makeProxyAuthority(domains, authorityValidMs),
    token: stored?.token ?? randomBytes(24).toString('base64url'),
    validToMs: nowMs + authorityValidMs,
  }
  writeProxySecrets(dataDir, secrets)
  return secrets
}
