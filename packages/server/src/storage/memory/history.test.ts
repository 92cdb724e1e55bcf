import { registerHistoryIndexContract } from '@cairn/testkit/contracts/history-index'
import { createMemoryEventLog } from './event-log.ts'
import { createMemoryHistory } from './history.ts'

registerHistoryIndexContract('memory', async () => {
  const log = createMemoryEventLog()
  return { log, history: createMemoryHistory(log) }
})
