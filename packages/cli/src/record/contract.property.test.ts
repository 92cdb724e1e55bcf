import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contractOf, differences } from './contract.ts'
import { contractText, readContract } from './contract-file.ts'
import { call } from './seen-call.fixture.ts'

const anyCall = fc
  .record({
    name: fc.constantFrom('s3:PutObject', 's3:GetObject', 'dynamodb:PutItem', 'ec2:DescribeVpcs'),
    key: fc.constantFrom('a', 'b', '<uuid>', '- x: y', '#', 'yes', '1e3'),
    error: fc.option(fc.constantFrom('NoSuchKey', 'AccessDenied'), { nil: undefined }),
    mark: fc.option(fc.constantFrom('t1', 't: 2'), { nil: undefined }),
  })
  .map(({ name, key, error, mark }) =>
    call(name, { parameters: { key }, ...(error && { error }), ...(mark && { mark }) }),
  )
const anyRun = fc.array(anyCall, { maxLength: 20 })

test('a run keeps its own contract, also after it was written and read', () => {
  fc.assert(
    fc.property(anyRun, (calls) => {
      const contract = contractOf(calls)
      expect(readContract(contractText(contract), 'calls.yaml')).toEqual(contract)
      expect(differences(contract, contractOf(calls))).toEqual([])
    }),
  )
})

test('reads may be repeated and change places with one another', () => {
  fc.assert(
    fc.property(anyRun, fc.infiniteStream(fc.nat()), (calls, order) => {
      const reads = calls.filter(({ readOnly }) => readOnly)
      const again = [...reads, ...reads]
        .map((read) => ({ read, place: order.next().value }))
        .sort((a, b) => a.place - b.place)
        .map(({ read }, index) => ({ ...read, startedAtMs: index }))
      expect(differences(contractOf(reads), contractOf(again))).toEqual([])
    }),
  )
})

test('a change that is added, left out or made twice is a difference', () => {
  fc.assert(
    fc.property(anyRun, (calls) => {
      const contract = contractOf([...calls, call('sqs:SendMessage', { parameters: { body: 'x' } })])
      expect(differences(contract, contractOf(calls))).toMatchObject([{ kind: 'missing' }])
      expect(differences(contractOf(calls), contract)).toMatchObject([{ kind: 'unexpected' }])
    }),
  )
})

test('changes of one thing may move as a whole before those of another', () => {
  const change = fc.record({ thing: fc.constantFrom('a', 'b', 'c'), key: fc.constantFrom('1', '2') })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
      const calls = changes.map(({ thing, key }) => call('s3:PutObject', { resource: thing, parameters: { key } }))
      const byThing = [...Map.groupBy(calls, ({ resource }) => resource).values()]
      const moved = byThing.reverse().flat()
      const timed = moved.map((one, startedAtMs) => ({ ...one, startedAtMs }))
      expect(differences(contractOf(calls), contractOf(timed))).toEqual([])
    }),
  )
})
