import { expect, test } from 'vitest'
import { looseElement, looseScalar } from './loose-json.ts'

const element = (name: string, text: string, children: readonly ReturnType<typeof leaf>[] = []) => ({
  name,
  attributes: new Map<string, string>(),
  children,
  text,
})
const leaf = (name: string, text: string) => ({ name, attributes: new Map<string, string>(), children: [], text })

test.each([
  ['true', true],
  ['7', 7],
  ['-1.5', -1.5],
  ['007', '007'],
  ['12345678901234567890', '12345678901234567890'],
  ['', ''],
])('%j becomes %j', (text, value) => {
  expect(looseScalar(text)).toBe(value)
})

test('a name that is repeated becomes a list, one alone does not', () => {
  expect(looseElement(element('a', '', [leaf('b', '1'), leaf('c', 'x'), leaf('b', '2')]))).toEqual({
    b: [1, 2],
    c: 'x',
  })
})

test('an element may be called like a member of every object', () => {
  const shown = looseElement(element('a', '', [leaf('__proto__', 'x')])) as object
  expect(Object.keys(shown)).toEqual(['__proto__'])
  expect(Object.getPrototypeOf(shown)).toBe(Object.prototype)
})

test('what is hidden is hidden at any depth', () => {
  const shown = looseElement(element('a', '', [element('b', '', [leaf('secret', 'x')])] as never), new Set(['secret']))
  expect(shown).toEqual({ b: { secret: 'HIDDEN_DUE_TO_SECURITY_REASONS' } })
})
