import { registerLakeResultsContract } from '@cairn/testkit/contracts/lake-results'
import { createMemoryLakeResults } from './lake-results.ts'

registerLakeResultsContract('memory', async () => createMemoryLakeResults())
