import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { registerMessageQueueContract } from '@cairn/testkit/contracts/message-queue'
import { describe, expect, it } from 'vitest'
import { configFrom } from '../../config/index.ts'
import { startServer } from '../../main.ts'
import { systemClock } from '../system/clock.ts'
import { contractQueue } from './contract-queue.fixture.ts'
import { createSqsQueue } from './index.ts'

/** Cairn's own queues stand in for an SQS server. */
registerMessageQueueContract('SQS server', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'cairn-sqs-'))
  const { config } = await configFrom({ port: '0', dataDir: join(directory, 'data'), 'log.level': 'error' }, directory)
  const server = await startServer(config)
  const { accounts } = JSON.parse(await readFile(join(directory, 'data', 'credentials.json'), 'utf8'))
  const running = {
    endpoint: server.endpoint,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await rm(directory, { recursive: true })
    },
  }
  return contractQueue(running, accounts[0].admin)
})

/** What a receive makes of a server that answers what it likes. */
async function receiveFrom(answer: RequestListener): Promise<unknown> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/111122223333/logs`
  await using queue = createSqsQueue({ url, region: 'eu-west-1', nowMs: systemClock.nowMs })
  try {
    return await queue.receive({ waitMs: 0, hiddenMs: 1_000, signal: new AbortController().signal })
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

describe('a server that misbehaves', () => {
  it.each<{ readonly is: string; readonly answer: RequestListener; readonly code: string }>([
    {
      is: 'redirects',
      answer: (_, response) => response.writeHead(307, { location: 'http://169.254.169.254/' }).end(),
      code: 'queue.refused',
    },
    { is: 'hangs up', answer: (request) => request.socket.destroy(), code: 'queue.unreachable' },
    { is: 'is no SQS', answer: (_, response) => response.end('<html>'), code: 'queue.unreachable' },
    { is: 'is overloaded', answer: (_, response) => response.writeHead(503).end('{}'), code: 'queue.unreachable' },
    {
      is: 'does not know the queue',
      answer: (_, response) =>
        response.writeHead(400).end('{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no"}'),
      code: 'queue.missing',
    },
    {
      is: 'refuses',
      answer: (_, response) => response.writeHead(403).end('{"__type":"AccessDeniedException"}'),
      code: 'queue.refused',
    },
  ])('that $is is told apart', async ({ answer, code }) => {
    await expect(receiveFrom(answer)).rejects.toMatchObject({ code })
  })
})
