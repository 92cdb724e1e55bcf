import { registerMessageQueueContract } from '@cairn/testkit/contracts/message-queue'
import { startMoto } from '@cairn/testkit/moto'
import { contractQueue } from '../../packages/server/src/storage/sqs/contract-queue.fixture.ts'

/** The contract of queues, held by an SQS that somebody else wrote. */
registerMessageQueueContract('moto', async () =>
  contractQueue(await startMoto(), { accessKeyId: 'testing', secretAccessKey: 'testing-secret' }),
)
