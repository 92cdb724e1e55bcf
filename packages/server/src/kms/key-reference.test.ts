import { describe, expect, test } from 'vitest'
import { aliasNameProblem, readKeyReference } from './key-reference.ts'

const place = { account: '111122223333', region: 'eu-west-1' }
const id = '1234abcd-12ab-34cd-56ef-1234567890ab'

describe('readKeyReference', () => {
  test('takes a key id and an alias name as the caller’s own', () => {
    expect(readKeyReference(id, place)).toEqual({ kind: 'key', ...place, id })
    expect(readKeyReference('alias/logs', place)).toEqual({ kind: 'alias', ...place, name: 'alias/logs' })
  })

  test('takes ARNs with the account they name', () => {
    const other = { ...place, account: '444455556666' }
    expect(readKeyReference(`arn:aws:kms:eu-west-1:444455556666:key/${id}`, place)).toEqual({
      kind: 'key',
      ...other,
      id,
    })
    expect(readKeyReference('arn:aws:kms:eu-west-1:444455556666:alias/a/b', place)).toEqual({
      kind: 'alias',
      ...other,
      name: 'alias/a/b',
    })
  })

  test('a key of another region is elsewhere', () => {
    const arn = `arn:aws:kms:us-east-1:111122223333:key/${id}`
    expect(readKeyReference(arn, place)).toEqual({ kind: 'elsewhere', region: 'us-east-1' })
  })

  test.each(['1234abcd12ab34cd56ef1234567890ab', 'alias/', 'key/x', '', `${id} `, `${id.toUpperCase()}`])(
    '%j names nothing',
    (text) => {
      expect(readKeyReference(text, place)).toEqual({ kind: 'malformed' })
    },
  )

  test.each([
    'arn:aws:s3:::bucket',
    `arn:aws:kms:eu-west-1::key/${id}`,
    'arn:aws:kms:eu-west-1:111122223333:key/short',
    `arn:aws:kms:eu-west-1:111122223333:grant/${id}`,
  ])('%s is no ARN of a key', (text) => {
    expect(readKeyReference(text, place)).toEqual({ kind: 'bad-arn' })
  })
})

test.each([
  ['logs', 'no-prefix'],
  ['alias/aws/s3', 'reserved'],
  ['alias/', 'malformed'],
  [`alias/${'x'.repeat(251)}`, 'malformed'],
  ['alias/team/logs', undefined],
])('alias name %s: %s', (name, problem) => {
  expect(aliasNameProblem(name)).toBe(problem)
})
