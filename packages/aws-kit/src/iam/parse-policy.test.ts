import table from '@cairn/testkit/cases/iam/refused-documents.json' with { type: 'json' }
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type PolicyKind, parsePolicy } from './parse-policy.ts'
import { PolicyError } from './policy-error.ts'

function refusal(document: string | object, kind: PolicyKind): PolicyError {
  try {
    parsePolicy(document, kind)
  } catch (error) {
    if (error instanceof PolicyError) return error
    throw error
  }
  throw new TypeError('the document was accepted')
}

const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }

describe('a policy document is refused for', () => {
  it.each(table.cases)('$name', ({ document, kind, message, at }) => {
    const error = refusal(document, kind as PolicyKind)
    expect(error.message).toBe(message)
    if (at !== undefined) expect(error.at).toBe(at)
  })

  it('its size', () => {
    expect(refusal({ Version: '2012-10-17', Id: 'x'.repeat(20_480), Statement: statement }, 'identity').message).toBe(
      'The policy document is larger than allowed.',
    )
    expect(() => parsePolicy(JSON.stringify({ Statement: statement }), 'identity', { charactersMax: 10 })).toThrow(
      'larger',
    )
  })
})

describe('a policy document', () => {
  it('comes out in one form, whether it says one or many', () => {
    const single = parsePolicy({ Version: '2012-10-17', Statement: statement }, 'identity')
    const listed = parsePolicy(
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ ...statement, Action: ['s3:GetObject'], Resource: ['*'] }],
      }),
      'identity',
    )
    expect(single).toEqual(listed)
    expect(single.statements).toEqual([
      {
        effect: 'Allow',
        actions: { isNegated: false, patterns: ['s3:GetObject'] },
        resources: { isNegated: false, patterns: ['*'] },
        conditions: [],
      },
    ])
  })

  it('without a version is of the older one', () => {
    expect(parsePolicy({ Statement: statement }, 'identity').version).toBe('2008-10-17')
  })

  it('may give numbers and booleans for the text of conditions', () => {
    const document = {
      Statement: { ...statement, Condition: { Bool: { 'app:b': true }, NumericEquals: { 'app:n': [1] } } },
    }
    expect(parsePolicy(document, 'identity').statements[0]?.conditions.map(({ values }) => values)).toEqual([
      ['true'],
      ['1'],
    ])
  })

  it('is accepted or refused with a reason, whatever it is', () => {
    const names = fc.constantFrom(
      'Version',
      'Statement',
      'Effect',
      'Principal',
      'Action',
      'Resource',
      'Condition',
      'AWS',
      'Bool',
      '__proto__',
    )
    const anything = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom('*', 'Allow', '2012-10-17', 's3:*', 1, true, null),
        tie('list'),
        tie('object'),
      ),
      list: fc.array(tie('value'), { maxLength: 3 }),
      object: fc.dictionary(names, tie('value'), { maxKeys: 6 }),
    })).object
    fc.assert(
      fc.property(anything, fc.constantFrom<PolicyKind>('identity', 'resource', 'trust'), (document, kind) => {
        try {
          parsePolicy(JSON.stringify(document), kind)
        } catch (error) {
          expect(error).toBeInstanceOf(PolicyError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
