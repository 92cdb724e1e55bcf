import type { EventLog } from '../../ports/event-log.ts'
import { createImports, type Imports, type ImportsOptions } from './imports.ts'

type Chosen = Partial<Pick<ImportsOptions, 'seen' | 'nowMs' | 'catalogVersion' | 'account' | 'region'>>

/** Imports into a log, with one parsing thread; without `seen`, of a history that knows nothing. */
export function importsInto(log: EventLog, chosen: Chosen = {}): Imports {
  return createImports({
    log,
    seen: { recognise: async (keys) => ({ answers: keys.map(() => 'new' as const) }), async caughtUp() {} },
    nowMs: () => 0,
    catalogVersion: () => 1,
    account: '123456789012',
    region: 'us-east-1',
    telemetry: { importFinished() {}, importStopped() {} },
    threads: 1,
    ...chosen,
  })
}
