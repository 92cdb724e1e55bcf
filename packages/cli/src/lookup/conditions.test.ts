import { describe, expect, it } from 'vitest'
import { exitCodes } from '../exit-code.ts'
import { CommandFailure } from '../failure.ts'
import { type ConditionOptions, conditionsOf } from './conditions.ts'

const none: ConditionOptions = {
  user: [],
  eventName: [],
  source: [],
  resource: [],
  resourceType: [],
  accessKey: [],
  event: [],
  error: [],
  userAgent: [],
  ip: [],
  where: [],
  not: [],
  readOnly: false,
  writeOnly: false,
}

describe('conditions of a command line', () => {
  it('ask for any value of one option, and for all options', () => {
    expect(conditionsOf({ ...none, user: ['a', 'b-*'], error: ['AccessDenied'], writeOnly: true }, [])).toEqual([
      { field: 'username', is: ['a', 'b-*'] },
      { field: 'errorCode', is: ['AccessDenied'] },
      { field: 'readOnly', is: 'false' },
    ])
  })

  it('complete the name of a service', () => {
    expect(conditionsOf({ ...none, source: ['s3', 'signin.amazonaws.com', 'k*'] }, [])).toEqual([
      { field: 'eventSource', is: ['s3.amazonaws.com', 'signin.amazonaws.com', 'k*'] },
    ])
  })

  it('tell ranges of addresses from names of services', () => {
    expect(conditionsOf({ ...none, ip: ['203.0.113.0/24', '::1'] }, [])).toEqual([
      { field: 'sourceIp', within: ['203.0.113.0/24', '::1'] },
    ])
    expect(conditionsOf({ ...none, ip: ['cloudformation.amazonaws.com'] }, [])).toEqual([
      { field: 'sourceIp', is: ['cloudformation.amazonaws.com'] },
    ])
  })

  it('are turned around by --not, each with its own value', () => {
    const options = { ...none, not: ['--source', '--where=a.b', '--read-only', '--event-name'] }
    expect(conditionsOf(options, ['s3', 'Get*'])).toEqual([
      { field: 'eventSource', is: ['s3.amazonaws.com'], not: true },
      { field: 'a.b', exists: true, not: true },
      { field: 'readOnly', is: 'true', not: true },
      { field: 'eventName', is: ['Get*'], not: true },
    ])
  })

  it.each<[string, Partial<ConditionOptions>, readonly string[]]>([
    ['a stray word', {}, ['ana']],
    ['a range of addresses that is none', { ip: ['1.2.3.4/33'] }, []],
    ['an address that is none', { ip: ['300.1.1.1'] }, []],
    ['--not before no condition', { not: ['--limit'] }, ['5']],
    ['--not before a word', { not: ['s3'] }, []],
    ['--not without a value', { not: ['--user'] }, []],
    ['a condition that is none', { where: ['='] }, []],
    ['both kinds of calls', { readOnly: true, writeOnly: true }, []],
  ])('refuse %s', (_, options, words) => {
    const run = () => conditionsOf({ ...none, ...options }, words)
    expect(run).toThrow(CommandFailure)
    expect(run).toThrow(expect.objectContaining({ exitCode: exitCodes.usage }))
  })
})
