import { registerEventLogContract } from '@cairn/testkit/contracts/event-log'
import { createMemoryEventLog } from './event-log.ts'

registerEventLogContract('memory', async () => ({ log: createMemoryEventLog() }))
