import { expect, test } from 'vitest'
import { createLakeCaller, failure } from './lake.fixture.ts'

interface Found {
  readonly Name: string
  readonly Relevance: number
}

const results = (body: Record<string, unknown>) => body.SearchResults as readonly Found[]

test('a phrase finds samples with their statements, the most relevant first', async () => {
  await using cairn = await createLakeCaller()
  const body = await cairn.call('SearchSampleQueries', { SearchPhrase: 'console login without mfa' })
  expect(results(body)[0]).toEqual({
    Name: 'Console sign-ins without MFA',
    Description: expect.any(String),
    SQL: expect.stringContaining('FROM $EDS_ID'),
    Relevance: expect.any(Number),
  })
  expect(results(body)).toHaveLength(10)
})

test('pages hold together what one large page holds', async () => {
  await using cairn = await createLakeCaller()
  const SearchPhrase = 'who deleted or changed access'
  const all = await cairn.call('SearchSampleQueries', { SearchPhrase, MaxResults: 50 })
  const paged: Found[] = []
  let page = await cairn.call('SearchSampleQueries', { SearchPhrase, MaxResults: 7 })
  paged.push(...results(page))
  while (page.NextToken !== undefined && paged.length < 50) {
    page = await cairn.call('SearchSampleQueries', { SearchPhrase, MaxResults: 7, NextToken: page.NextToken })
    paged.push(...results(page))
  }
  expect(paged.slice(0, 50)).toEqual(results(all))
})

test.each([
  [{ SearchPhrase: 'x' }, 'ValidationException'],
  [{ SearchPhrase: 'Löschung' }, 'ValidationException'],
  [{ SearchPhrase: 'root', MaxResults: 51 }, 'ValidationException'],
  [{ SearchPhrase: 'root', NextToken: 'nonsense' }, 'InvalidParameterException'],
  [
    { SearchPhrase: 'root', NextToken: Buffer.from('[10,"another"]').toString('base64url') },
    'InvalidParameterException',
  ],
])('%j: %s', async (input, code) => {
  await using cairn = await createLakeCaller()
  expect(await cairn.call('SearchSampleQueries', input)).toMatchObject(failure(code))
})
