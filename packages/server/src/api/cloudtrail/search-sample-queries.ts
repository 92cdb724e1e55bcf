import { searchSamples } from '@cairn/core/query-samples'
import type { Fail } from '../operation.ts'
import { defineOperation } from './service.ts'

const pageItemsDefault = 10

/** Searches Cairn's own catalogue; AWS's samples are not there. */
export const searchSampleQueries = defineOperation({
  name: 'SearchSampleQueries',
  action: 'cloudtrail:SearchSampleQueries',
  uses: [],
  readOnly: true,
  run(input, _capabilities, _call, fail) {
    const { SearchPhrase: phrase, MaxResults: itemsMax = pageItemsDefault, NextToken: token } = input
    const start = token === undefined ? 0 : readToken(token, phrase, fail)
    const found = searchSamples(phrase)
    const end = start + itemsMax
    return {
      SearchResults: found.slice(start, end).map(({ sample, relevance }) => ({
        Name: sample.name,
        Description: sample.description,
        SQL: sample.sql,
        Relevance: relevance,
      })),
      ...(end < found.length && { NextToken: writeToken(end, phrase) }),
    }
  },
})

function writeToken(start: number, phrase: string): string {
  return Buffer.from(JSON.stringify([start, phrase])).toString('base64url')
}

/** A page is told by its place: the catalogue does not change while a server runs. */
function readToken(token: string, phrase: string, fail: Fail<'InvalidParameterException'>): number {
  try {
    const read: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
    if (Array.isArray(read) && Number.isSafeInteger(read[0]) && read[0] > 0 && read[1] === phrase)
      return Number(read[0])
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  return fail('InvalidParameterException', 'The token is not valid, or was given for another search phrase.')
}
