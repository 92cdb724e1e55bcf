import { fullSize } from '@cairn/testkit'
import { expect, test } from 'vitest'
import { answerText, canary, operationsWith } from '../naming/sensitive-calls.fixture.ts'
import { writeRequest } from '../naming/wire.fixture.ts'
import { startGateway } from './gateway.fixture.ts'
import { startUpstream } from './upstream.fixture.ts'

/** Of more than a thousand operations with something sensitive, every so many; all of them in the full run. */
const stride = fullSize(4, 1)
const isTaken = (_: unknown, index: number) => index % stride === 0

test('nothing sensitive that passes is in the event log, in entries of the log or in metrics', {
  timeout: fullSize(60_000, 600_000),
}, async () => {
  let answer = ''
  await using upstream = await startUpstream((_request, response) => {
    response.writeHead(200, { 'x-amzn-requestid': 'UPSTREAM-ID' })
    response.end(answer)
  })
  await using gateway = await startGateway(`*,s3=${upstream.endpoint}`, { 'log.level': 'debug' })
  const asked = [...operationsWith('input')].filter(isTaken).map(([table, operation, input]) => ({
    request: writeRequest(table, operation, input),
    answer: '{}',
  }))
  const answered = [...operationsWith('output')].filter(isTaken).map(([table, operation, output]) => ({
    request: writeRequest(table, operation, {}),
    answer: answerText(table, operation, output),
  }))
  let secrets = 0
  for (const call of [...asked, ...answered]) {
    const { method, target, headers, bodyHead, signing } = call.request
    const [path = '/', query = ''] = target.split('?')
    answer = call.answer
    const framed = { ...headers, 'content-length': String(bodyHead.length) }
    const received = await gateway.send({
      ...{ method, path, query, headers: framed, body: bodyHead },
      service: signing?.service ?? '',
    })
    if (`${target}${Buffer.from(bodyHead)}${received.body}`.includes(canary)) secrets += 1
  }
  expect(secrets).toBeGreaterThan((asked.length + answered.length) / 2)
  const bounds = gateway.storage.log.bounds()
  const frames = await gateway.storage.log.read(bounds.first, 1 << 30)
  expect(frames.length).toBeGreaterThanOrEqual(asked.length + answered.length)
  const texts = frames.map((frame) => JSON.stringify({ ...frame, bytes: new TextDecoder().decode(frame.bytes) }))
  expect(texts.filter((text) => text.includes(canary))).toEqual([])
  // What is not sensitive is there: this is where it would be.
  expect(texts.filter((text) => text.includes('plain')).length).toBeGreaterThan(asked.length / 2)
  expect(JSON.stringify(gateway.log)).not.toContain(canary)
  const { registry, named } = gateway.installation.telemetry.metrics
  expect(`${await registry.metrics()}${await named.metrics()}`).not.toContain(canary)
})
