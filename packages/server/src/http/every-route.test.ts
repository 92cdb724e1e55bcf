import { loadModel, modelNames, type OperationModel, type ServiceModel } from '@cairn/aws-kit/model'
import { expect, test } from 'vitest'
import { operations } from '../api/generated/operations.ts'
import { createTestInstallation, type Sent, textOf } from './installation.fixture.ts'

/** A request that means this operation and says as little else as it can. */
function bareRequest(model: ServiceModel, operation: OperationModel): Sent {
  const service = model.signingName
  switch (model.protocol) {
    case 'awsJson1_0':
    case 'awsJson1_1':
      return { service, body: '{}', headers: { 'x-amz-target': `${model.targetPrefix}.${operation.name}` } }
    case 'query': {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      return { service, headers, body: `Action=${operation.name}&Version=${model.apiVersion}` }
    }
    case 'restJson1':
    case 'restXml': {
      const [path = '/', query = ''] = (operation.http?.uri ?? '/').split('?')
      return { service, method: operation.http?.method ?? 'GET', path: path.replace(/\{[^}]+\}/g, 'nothing'), query }
    }
  }
}

const unknownRoutes: readonly Sent[] = [
  { method: 'PATCH', path: '/bucket/key', service: 's3' },
  { method: 'DELETE', path: '/bucket', query: 'unheard-of', service: 's3' },
  { method: 'GET', path: '/%zz', service: 's3' },
  { body: '{}', headers: { 'x-amz-target': 'CloudTrail_20131101.Nothing' } },
  { body: '{}', headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables' }, service: 'dynamodb' },
  { body: 'Action=Nothing', service: 'iam', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
  { body: '\u0000', service: 'sts', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
  { body: '{}', service: 'ec2' },
]

test('every known and several unknown routes: one call, one record, kept or counted', async () => {
  await using cairn = await createTestInstallation({ 'limits.failedSignaturesPerMinute': '100000' })
  const { metrics } = cairn.telemetry
  const kept = async () =>
    (await cairn.records()).length +
    (await metrics.dataEventsNotKept.get()).values.reduce((sum, { value }) => sum + value, 0)
  const wrong: string[] = []
  let before = await kept()
  const expectOne = async (name: string, sent: Sent) => {
    const answer = await cairn.send(sent)
    await textOf(answer)
    const after = await kept()
    if (after !== before + 1) wrong.push(`${name}: ${after - before} records`)
    if (answer.status === 500) wrong.push(`${name}: internal error`)
    before = after
  }
  for (const service of modelNames) {
    const model = await loadModel(service)
    for (const operation of Object.values(model.operations)) {
      const sent = bareRequest(model, operation)
      await expectOne(`${service} ${operation.name}`, sent)
      await expectOne(`${service} ${operation.name} unsigned`, { ...sent, credentials: null })
    }
  }
  for (const [index, sent] of unknownRoutes.entries()) await expectOne(`unknown route ${index}`, sent)
  expect(wrong).toEqual([])
}, 60_000)

test('every built operation is reached by its route', async () => {
  const built = new Set(operations.map(({ service, name }) => `${service} ${name}`))
  for (const service of modelNames) {
    const { operations: modelled } = await loadModel(service)
    for (const name of Object.keys(modelled)) built.delete(`${service} ${name}`)
  }
  expect([...built]).toEqual([])
})
