import { describe, expect, it } from 'vitest'
import { compileSelectors } from './compile-selectors.ts'
import { explain } from './explain.ts'
import type { Selector } from './selector.ts'

const selector: Selector = {
  clauses: [
    { field: 'eventCategory', equals: ['Data'] },
    { field: 'resources.ARN', startsWith: ['arn:aws:s3:::logs/'] },
    { field: 'userIdentity.arn', notStartsWith: ['arn:aws:sts::111122223333:assumed-role/scanner/'] },
  ],
}
const resources = [
  { type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::logs/a' },
  { type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::logs' },
]

describe('why a selector', () => {
  it('takes an event is told field by field', () => {
    expect(explain(selector, { eventCategory: 'Data', resources })).toMatchObject({
      matches: true,
      reasons: [
        { text: 'eventCategory is Data: taken by equals Data' },
        { text: 'resources.ARN is arn:aws:s3:::logs/a: taken by startsWith arn:aws:s3:::logs/' },
        { text: 'userIdentity.arn is absent: nothing keeps it out' },
      ],
    })
  })

  it('does not take an event is told with the value that kept it out or was missing', () => {
    const userIdentityArn = 'arn:aws:sts::111122223333:assumed-role/scanner/s'
    const explained = explain(selector, { eventCategory: 'Data', userIdentityArn })
    expect(explained.matches).toBe(false)
    expect(explained.reasons.map(({ matches, text }) => [matches, text])).toEqual([
      [true, 'eventCategory is Data: taken by equals Data'],
      [false, 'resources.ARN is absent: not what is wanted'],
      [
        false,
        `userIdentity.arn is ${userIdentityArn}: kept out by notStartsWith arn:aws:sts::111122223333:assumed-role/scanner/`,
      ],
    ])
  })
})

describe('the matcher', () => {
  it('names each owner once, in the order given, however many of its selectors take the event', () => {
    const matcher = compileSelectors([
      { id: 'b', selectors: [selector, selector, { clauses: [{ field: 'eventCategory', equals: ['Data'] }] }] },
      { id: 'none', selectors: [] },
      { id: 'a', selectors: [selector] },
    ])
    expect(matcher.match({ eventCategory: 'Data', resources })).toEqual(['b', 'a'])
    expect(matcher.match({ managementEvent: false })).toEqual(['b'])
    expect(matcher.match({ eventCategory: 'Management', resources })).toEqual([])
  })

  it('refuses a selector that names no category, for it would be in no drawer', () => {
    expect(() => compileSelectors([{ id: 1, selectors: [{ clauses: [] }] }])).toThrow('names its category')
  })
})
