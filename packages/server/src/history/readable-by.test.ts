import { everything } from '@cairn/core/lookup'
import { expect, test } from 'vitest'
import { createTestInstallation, textOf } from '../http/installation.fixture.ts'
import { readableBy } from './index.ts'

const user = {
  kind: 'user',
  account: '111122223333',
  arn: 'arn:aws:iam::111122223333:user/ana',
  accessKeyId: 'AKIA',
  userId: 'AIDA',
  userName: 'ana',
} as const

test('a user sees the own account, whatever accounts are asked for', () => {
  const asker = { principal: user, require: () => {} }
  expect(readableBy(asker, everything).query.accounts).toEqual(['111122223333'])
  expect(readableBy(asker, { ...everything, accounts: ['111122223333', '444455556666'] }).query.accounts).toEqual([
    '111122223333',
  ])
  const others = readableBy(asker, { ...everything, accounts: ['444455556666'] }).query.accounts
  expect(others).toEqual(['000000000000'])
})

test('the operator sees every account', () => {
  const asker = { principal: { kind: 'operator', accessKeyId: 'AKIA' } as const, require: () => {} }
  expect(readableBy(asker, everything).query).toEqual(everything)
})

test('over HTTP, a key without the permission is refused, and one with it finds its account only', async () => {
  await using cairn = await createTestInstallation({ accounts: '444455556666' })
  const other = cairn.keys.accounts.find(({ account }) => account === '444455556666')?.admin
  if (!other) throw new TypeError('no key')
  await cairn.call('ListTrails', {})
  await cairn.call('ListTrails', {}, { credentials: other })
  const { log, history } = cairn.storage
  await history.advance(log.bounds().end)
  const body = JSON.stringify({ where: [{ field: 'eventName', is: 'ListTrails' }] })
  const lookUp = async (credentials: typeof other) => {
    const sent = { method: 'POST', path: '/_cairn/v1/lookup', service: 'cairn', credentials, body }
    const lines = (await textOf(await cairn.send(sent))).trim().split('\n')
    return lines.slice(0, -1).map((line) => (JSON.parse(line) as { account: string }).account)
  }
  expect(await lookUp(cairn.operator)).toEqual(['444455556666', '123456789012'])
  expect(await lookUp(other)).toEqual(['444455556666'])
})
