import { expect, it } from 'vitest'
import { readListing } from './read-listing.ts'

it.each([
  ['SHOW DATABASES', { of: 'databases' }],
  [' show schemas ;', { of: 'databases' }],
  ["SHOW DATABASES LIKE 'a*|b'", { of: 'databases', pattern: 'a*|b' }],
  ['SHOW TABLES', { of: 'tables' }],
  ["SHOW /* which */ TABLES '*logs' -- all", { of: 'tables', pattern: '*logs' }],
  ['SHOW TABLES IN `My-Store.1`', { of: 'tables', database: 'my-store.1' }],
  ['SHOW TABLES FROM "x" \'y\'', { of: 'tables', database: 'x', pattern: 'y' }],
])('%s', (text, meant) => {
  expect(readListing(text)).toEqual({ kind: 'listing', ...meant })
})

it.each([
  'SHOW',
  'SHOW TABLES IN',
  'SHOW TABLES IN a b',
  "SHOW TABLES IN a 'b' 'c'",
  'SHOW COLUMNS IN a',
  'SHOW TABLES; DROP TABLE a',
  "SHOW TABLES 'a'' OR 1'",
  'SELECT 1',
])('not %s', (text) => {
  expect(readListing(text)).toBeUndefined()
})
