import { type FindingKind, findingClasses } from '@cairn/core/digest'
import { readFileStream } from '../../capture/imports/index.ts'
import { Fault } from '../../fault.ts'
import { defineEndpoint } from '../endpoint.ts'
import { refused } from './refused.ts'

/**
 * Takes in a file that a verifier found to be wrong, and marks its events: look-ups show what was found. The body is a
 * stream of files as for the import of files; `kind`, `place` and `sentence` are the finding's. Answers with what was
 * marked.
 */
export const importFailed = defineEndpoint({
  method: 'POST',
  path: '/_cairn/v1/import/failed',
  uses: ['failedFiles'],
  access: 'operator',
  readOnly: false,
  async run({ query, body, signal }, { failedFiles }) {
    const [kind = '', place = '', sentence = ''] = ['kind', 'place', 'sentence'].map((name) => query.get(name) ?? '')
    if (!isKind(kind) || place === '' || sentence === '' || place.length + sentence.length > findingCharactersMax) {
      return refused('InvalidFinding', 'a finding has a kind, a place and a sentence')
    }
    try {
      const marked = await failedFiles.mark({ kind, place, sentence }, readFileStream(body), signal)
      return { status: 200, contentType: 'application/json', body: JSON.stringify(marked) }
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      return refused(error.code, error.message)
    }
  },
})

/** Keys of objects and paths have some thousand characters at the most. */
const findingCharactersMax = 16_384

function isKind(text: string): text is FindingKind {
  return Object.hasOwn(findingClasses, text)
}
