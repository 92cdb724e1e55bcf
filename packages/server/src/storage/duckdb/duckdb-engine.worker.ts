import { writeFileSync } from 'node:fs'
import type { FromEngine, ToEngine } from './engine-messages.ts'
import { createEngineProcess } from './engine-process.ts'

/** Entry of an engine process. The only place from which DuckDB is loaded. */
const send = (message: FromEngine): void => void process.send?.(message)

askToBeKilledFirst()
const engine = createEngineProcess(send)
process.on('message', (message: ToEngine) => engine.take(message))
// The server is gone. Threads of the engine may be busy for hours, so nothing gentler would do.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))

/** When the machine runs out of memory a query goes, never the server that acknowledges events. Linux only. */
function askToBeKilledFirst(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000')
  } catch {
    // Elsewhere there is no such file, and what it asks for is a favour.
  }
}
