import type { History } from '../history/index.ts'
import type { EventLog } from '../ports/event-log.ts'

/** What a load balancer, a container platform or a person asks first. Names no tenant and no path. */
export interface HealthReport {
  /** The process answers. */
  readonly live: boolean
  /** It takes changes: the log is open and has room. */
  readonly ready: boolean
  readonly mode: 'strict' | 'emulator'
  readonly log: 'open' | 'full' | 'failed' | 'closed'
  readonly history: 'indexed' | 'behind' | 'rebuilding'
}

export interface Health {
  report(): HealthReport
}

export function createHealth(options: {
  readonly log: EventLog
  readonly history: History
  readonly mode: HealthReport['mode']
}): Health {
  return {
    report() {
      const { state } = options.log.usage()
      return {
        live: true,
        ready: state === 'open',
        mode: options.mode,
        log: state,
        history: options.history.status().state,
      }
    },
  }
}
