import { z } from 'zod'
import { isNetwork } from '../../runtime/networks.ts'
import type { Rule } from '../rule.ts'
import { integer, listOf, setting, text, yesNo } from '../setting.ts'

const networkText = 'addresses or networks such as 10.0.0.5 or 10.1.0.0/16'

/** Where the server listens and whom it believes to be talking to. */
export const listen = {
  host: setting(text().default('127.0.0.1'), {
    description:
      'Address to listen on. Beyond loopback it needs TLS (`tlsCert`, `tlsKey`) or, knowingly, `allowInsecureListen`.',
    isCommon: true,
  }),
  port: setting(integer(0, 65_535).default(4577), {
    description: 'Port to listen on; 0 picks a free one.',
    isCommon: true,
  }),
  tlsCert: setting(z.optional(text()), {
    description: 'Certificate chain in PEM form; turns on HTTPS. Read again when the file changes.',
    isPath: true,
    isCommon: true,
  }),
  tlsKey: setting(z.optional(text()), {
    description: 'Private key of `tlsCert` in PEM form. Read again when the file changes.',
    isPath: true,
    isCommon: true,
  }),
  allowInsecureListen: setting(yesNo().default(false), {
    description:
      'Permits plain HTTP on an address beyond loopback, where anyone on the way can read what is sent. For networks that are themselves private, such as between containers.',
    isCommon: true,
  }),
  trustedHosts: setting(
    listOf(text(/^(\*\.)?[a-z0-9.-]+$/i, 'host names, optionally beginning with "*."')).default([]),
    {
      description:
        'Host names, beyond loopback names and `host` itself, under which clients reach the server. Requests for any other name are refused, so that a web page cannot reach it by a name of its own. `*.name` covers bucket names in front of a name.',
      example: 'cairn.example.org,*.cairn.example.org',
    },
  ),
  trustedProxies: setting(
    listOf(text(undefined, networkText).refine(isNetwork, { error: `expected ${networkText}` })).default([]),
    {
      description:
        'Reverse proxies in front of this server, by address or network. What they say in `X-Forwarded-For` of where a request came from is believed: in records (`sourceIPAddress`), in conditions of policies (`aws:SourceIp`) and in limits per source. Nobody else is believed, and without this setting every call behind a proxy comes from the proxy.',
      example: '10.0.0.5,10.1.0.0/16',
    },
  ),
}

export const listenRules: readonly Rule<{
  host: string
  tlsCert?: string | undefined
  tlsKey?: string | undefined
  allowInsecureListen: boolean
}>[] = [
  (config) =>
    config.tlsCert !== undefined && config.tlsKey === undefined
      ? { key: 'tlsCert', problem: 'needs tlsKey, the private key of this certificate, as well' }
      : undefined,
  (config) =>
    config.tlsKey !== undefined && config.tlsCert === undefined
      ? { key: 'tlsKey', problem: 'needs tlsCert, the certificate of this key, as well' }
      : undefined,
  (config) =>
    !isLoopback(config.host) && config.tlsCert === undefined && !config.allowInsecureListen
      ? {
          key: 'host',
          problem:
            'is beyond loopback, where plain HTTP can be read by others: set tlsCert and tlsKey, or allowInsecureListen if that network is private',
        }
      : undefined,
]

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}
