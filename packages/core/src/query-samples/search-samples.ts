import { sampleQueries } from './catalogue/index.ts'
import type { SampleQuery } from './sample-query.ts'
import { wordsOf } from './words.ts'

export interface FoundSample {
  readonly sample: SampleQuery
  /** Above 0, at most 1: the share of what was asked for that the sample is about. */
  readonly relevance: number
}

/**
 * The samples that have to do with a phrase in English, the most relevant first. Words count by how rare they are in
 * the catalogue, synonyms as the same word; a word of the name counts for more than one of the description.
 */
export function searchSamples(phrase: string): readonly FoundSample[] {
  const asked = [...new Set(wordsOf(phrase))]
  const whole = asked.reduce((sum, word) => sum + weightOf(word), 0)
  if (whole === 0) return []
  return entries
    .map(({ sample, fields }) => {
      const found = asked.reduce((sum, word) => sum + weightOf(word) * (fields.get(word) ?? 0), 0)
      // Of two that are about all of it, the one that is about less besides.
      const besides = [...fields].filter(([word, worth]) => worth === 1 && !asked.includes(word)).length
      return { sample, relevance: found / whole, besides }
    })
    .filter(({ relevance }) => relevance >= relevanceMin)
    .sort((a, b) => b.relevance - a.relevance || a.besides - b.besides || (a.sample.name < b.sample.name ? -1 : 1))
    .map(({ sample, relevance }) => ({ sample, relevance }))
}

/** One common word out of many is no answer. */
const relevanceMin = 0.1

interface Entry {
  readonly sample: SampleQuery
  /** How much a word counts here: where it stands best. */
  readonly fields: ReadonlyMap<string, number>
}

const entries: readonly Entry[] = sampleQueries.map((sample) => {
  const fields = new Map<string, number>()
  const places: readonly (readonly [text: string, worth: number])[] = [
    [sample.sql, 0.3],
    [sample.description, 0.7],
    [sample.keywords ?? '', 0.8],
    [sample.name, 1],
  ]
  for (const [text, worth] of places) for (const word of wordsOf(text)) fields.set(word, worth)
  return { sample, fields }
})

/** Words that half of the samples hold tell them apart less than those that one of them holds. */
const weights: ReadonlyMap<string, number> = new Map(
  [...new Set(entries.flatMap(({ fields }) => [...fields.keys()]))].map((word) => {
    const holding = entries.filter(({ fields }) => (fields.get(word) ?? 0) > 0.3).length
    return [word, Math.log(1 + entries.length / (holding + 1))]
  }),
)

/** A word that no sample holds counts like the rarest: what is asked for is then not all there. */
function weightOf(word: string): number {
  return weights.get(word) ?? Math.log(1 + entries.length)
}
