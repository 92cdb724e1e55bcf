import { describe, expect, test } from 'vitest'
import { Fault } from '../fault.ts'
import { judgeTrailSelectors, meaningOf, reaches, type TrailSelectors } from './index.ts'

const advanced = (...fields: (readonly [Field: string, ...values: string[]])[]): TrailSelectors => ({
  kind: 'advanced',
  shown: [{ FieldSelectors: fields.map(([Field, ...Equals]) => ({ Field, Equals })) }],
})

test('what is judged valid means the same again when it is read back', () => {
  const verdict = judgeTrailSelectors({ EventSelectors: [{ ReadWriteType: 'ReadOnly' }] }, new Set())
  if (verdict.kind === 'invalid') throw new TypeError(verdict.message)
  const again = judgeTrailSelectors(
    { EventSelectors: verdict.selectors.kind === 'basic' ? verdict.selectors.shown : [] },
    new Set(),
  )
  expect(again).toEqual(verdict)
})

test('kept selectors that are no longer valid stop the reader: selecting nothing would lose events silently', () => {
  const kept = advanced(['eventCategory', 'Moon'])
  expect(() => meaningOf(kept)).toThrow(Fault)
  expect(() => meaningOf(kept)).toThrow(expect.objectContaining({ code: 'trail.selectors-refused' }))
})

describe('whether any event of a kind could be selected', () => {
  test.each<[string, TrailSelectors | undefined, Parameters<typeof reaches>[1], boolean]>([
    ['the default takes management events', undefined, { category: 'Management' }, true],
    ['the default takes no data events', undefined, { category: 'Data' }, false],
    [
      'reads alone are no writes',
      advanced(['eventCategory', 'Management'], ['readOnly', 'true']),
      { category: 'Management', readOnly: false },
      false,
    ],
    [
      'narrowing by anything else leaves some',
      advanced(['eventCategory', 'Data'], ['resources.type', 'AWS::S3::Object'], ['eventName', 'GetObject']),
      { category: 'Data', readOnly: false },
      true,
    ],
  ])('%s', (_what, selectors, kind, expected) => {
    expect(reaches(meaningOf(selectors), kind)).toBe(expected)
  })
})
