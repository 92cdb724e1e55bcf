import { Counter, type Registry } from 'prom-client'
import type { Logger } from './logger.ts'

/** What the forward proxy says of connections; calls are the exchange's to tell. */
export function forwardProxyFacts(logger: Logger, registry: Registry) {
  const connections = new Counter({
    name: 'cairn_proxy_connections_total',
    help: 'Connections of the forward proxy that led to no recorded call, by what became of them.',
    labelNames: ['fate'],
    registers: [registry],
  })
  return {
    distrusted(facts: { readonly host: string; readonly alert: string }) {
      connections.inc({ fate: 'distrusted' })
      logger.warn(facts, 'client does not trust the proxy')
    },
    tunnelled(facts: { readonly host: string; readonly port: number }) {
      connections.inc({ fate: 'tunnelled' })
      logger.debug(facts, 'connection passed on')
    },
    unreached(facts: {
      readonly host: string
      readonly port: number
      readonly code: string
      readonly reason: string
      readonly through?: string
    }) {
      connections.inc({ fate: 'unreached' })
      logger.warn(facts, 'target not reached')
    },
    refused(facts: { readonly reason: string }) {
      connections.inc({ fate: 'refused' })
      logger.warn(facts, 'proxy request refused')
    },
    upgraded(facts: { readonly host: string; readonly protocol: string }) {
      connections.inc({ fate: 'upgraded' })
      logger.info(facts, 'connection changed its protocol: not recorded')
    },
  }
}
