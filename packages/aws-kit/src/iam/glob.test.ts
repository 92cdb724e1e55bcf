import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileGlob } from './glob.ts'
import { parsePattern } from './pattern.ts'

const matches = (pattern: string, text: string) =>
  compileGlob(parsePattern(pattern, { wildcards: true, variables: false }))(text)

describe('a wildcard pattern', () => {
  it('matches as the regular expression of the same meaning does', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 })
    const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 })
    fc.assert(
      fc.property(patterns, letters, (pattern, text) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`)
        expect(matches(pattern, text)).toBe(expression.test(text))
      }),
      { numRuns: 5000 },
    )
  })

  it('costs no more for many stars than for one', () => {
    const pattern = `${'*a'.repeat(500)}*b`
    // A matcher that tries again at every star would need 500 nested loops over the text.
    expect(matches(pattern, 'a'.repeat(100_000))).toBe(false)
    expect(matches(pattern, `${'a'.repeat(100_000)}b`)).toBe(true)
  })
})
