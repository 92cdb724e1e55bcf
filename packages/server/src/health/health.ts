import type { History } from '../history/index.ts'
import type { Catalog } from '../ports/catalog.ts'
import type { EventLog } from '../ports/event-log.ts'

/** What a load balancer, a container platform or a person asks first. Names no tenant and no path. */
export interface HealthReport {
  /** The process answers. */
  readonly live: boolean
  /** It takes changes: log and catalogue are open and have room. */
  readonly ready: boolean
  readonly mode: 'strict' | 'emulator'
  readonly log: 'open' | 'full' | 'failed' | 'closed'
  readonly catalogue: 'open' | 'full'
  readonly history: 'indexed' | 'behind' | 'rebuilding'
}

export interface Health {
  report(): HealthReport
}

export function createHealth(options: {
  readonly log: Pick<EventLog, 'usage'>
  readonly catalog: Pick<Catalog, 'isFull'>
  readonly history: Pick<History, 'status'>
  readonly mode: HealthReport['mode']
}): Health {
  return {
    report() {
      const { state } = options.log.usage()
      return {
        live: true,
        ready: state === 'open' && !options.catalog.isFull,
        mode: options.mode,
        log: state,
        catalogue: options.catalog.isFull ? 'full' : 'open',
        history: options.history.status().state,
      }
    },
  }
}
