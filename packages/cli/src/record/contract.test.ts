import { describe, expect, test } from 'vitest'
import { contractOf, differences } from './contract.ts'
import { contractText, readContract } from './contract-file.ts'
import { call } from './seen-call.fixture.ts'

const put = (key: string) => call('s3:PutObject', { parameters: { key } })
const get = (key: string) => call('s3:GetObject', { parameters: { key } })

test('calls in a row that are the same become one with a number', () => {
  expect(contractOf([put('a'), put('a'), put('b')]).get('')).toEqual([
    { call: 's3:PutObject', parameters: { key: 'a' }, times: 2 },
    { call: 's3:PutObject', parameters: { key: 'b' } },
  ])
})

test('a file cannot take a change for a read, whose number would not matter', () => {
  const once = new Map([['', [{ call: 's3:PutObject', parameters: { key: 'a' }, readOnly: true as const }]]])
  expect(differences(once, contractOf([put('a'), put('a')]))).toMatchObject([{ kind: 'times' }])
})

test('the order of changes matters, that of reads does not', () => {
  const contract = contractOf([put('a'), get('x'), get('y'), put('b')])
  expect(differences(contract, contractOf([put('a'), get('y'), get('x'), put('b')]))).toEqual([])
  expect(differences(contract, contractOf([put('b'), get('x'), get('y'), put('a')]))).toMatchObject([
    { kind: 'order', call: { parameters: { key: 'a' } }, detail: 's3:PutObject came before it' },
  ])
})

test('changes of different things may change places, and those of the same thing may not', () => {
  const on = (name: string, resource: string) => call(name, { resource })
  const made = [on('s3:PutObject', 'x'), on('s3:DeleteObject', 'x'), on('s3:PutObject', 'y')]
  const [put, removed, other] = made.map((one, index) => ({ ...one, startedAtMs: index }))
  const inOrder = (...calls: (typeof put)[]) =>
    contractOf(calls.flatMap((one, startedAtMs) => (one ? { ...one, startedAtMs } : [])))
  const contract = inOrder(put, removed, other)
  expect(differences(contract, inOrder(other, put, removed))).toEqual([])
  expect(differences(contract, inOrder(put, other, removed))).toEqual([])
  expect(differences(contract, inOrder(removed, put, other))).toMatchObject([{ kind: 'order', call: { on: 'x' } }])
})

test('a change made more often is told with both numbers, another error as another call', () => {
  expect(differences(contractOf([put('a')]), contractOf([put('a'), put('a')]))).toMatchObject([
    { kind: 'times', detail: 'expected once, seen 2 times' },
  ])
  const denied = { ...put('a'), error: 'AccessDenied' }
  expect(differences(contractOf([put('a')]), contractOf([denied])).map(({ kind }) => kind)).toEqual([
    'missing',
    'unexpected',
  ])
})

test('each test has its own calls', () => {
  const one = { ...put('a'), mark: 'one' }
  const two = { ...put('a'), mark: 'two' }
  expect(differences(contractOf([one, two]), contractOf([one]))).toMatchObject([{ kind: 'missing', mark: 'two' }])
})

describe('the file', () => {
  test('reads well', () => {
    const text = contractText(contractOf([put('a'), { ...get('b'), error: 'NoSuchKey', mark: 'a > b' }]))
    expect(text.split('\n').slice(2)).toEqual([
      'version: 1',
      'calls:',
      '  - call: s3:PutObject',
      '    parameters:',
      '      key: a',
      'tests:',
      '  a > b:',
      '    - call: s3:GetObject',
      '      parameters:',
      '        key: b',
      '      error: NoSuchKey',
      '      readOnly: true',
      '',
    ])
  })

  test.each([
    ['not: [valid', 'it is not YAML'],
    ['version: 2', 'version'],
    ['version: 1\ncalls: [{ call: 7 }]', 'calls.0.call'],
    ['version: 1\ncals: []', 'cals'],
    ['a: &a [1]\nb: *a', 'it is not YAML'],
    ['x'.repeat(4 * 1024 * 1024 + 1), 'larger'],
  ])('what is no contract is refused with the place (%#)', (text, problem) => {
    expect(() => readContract(text, 'calls.yaml')).toThrow(problem)
  })
})
