import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesBelow, realData } from '@cairn/testkit'
import type { Question } from './recorded-answers.fixture.ts'

/** What authors of the samples wrote where the id of an event data store goes. */
const placeholder = /<[^>\n]*(?:EDS|event|Event)[^>\n]*>|\$EDS_ID|config_event_data_store_ID/g

/**
 * The queries that AWS published for CloudTrail Lake, with the table and the times filled in; empty where they are not at
 * hand. The limit that cuts between equals is left out, so that answers can be compared.
 */
export function sampleQuestions(): readonly Question[] {
  const folder = realData()
  if (folder === undefined) return []
  const samples = join(folder, 'lake-queries/aws-samples')
  return filesBelow(samples).map((name) => ({
    title: name,
    sql: filledIn(readFileSync(join(samples, name), 'utf8')),
  }))
}

function filledIn(sql: string): string {
  return sql
    .replaceAll(placeholder, '$EDS_ID')
    .replaceAll(/(>=?\s*)'(?:\d{4}-\d\d-\d\d [\d:]+|\$\{date_filter\})'/g, "$1'2023-07-01 00:00:00'")
    .replaceAll(/(<=?\s*)'(?:\d{4}-\d\d-\d\d [\d:]+|\$\{date_filter\})'/g, "$1'2023-12-31 00:00:00'")
    .replace(/ LIMIT 20(?=;\s*$)/, '')
    .replace(/;\s*$/, '')
}
