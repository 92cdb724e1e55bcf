import { registerMarkSetContract } from '@cairn/testkit/contracts/mark-set'
import { createMemoryMarkSet } from './mark-set.ts'

registerMarkSetContract('memory', async () => createMemoryMarkSet())
