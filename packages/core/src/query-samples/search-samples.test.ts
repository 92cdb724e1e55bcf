import { describe, expect, test } from 'vitest'
import { sampleQueries, searchSamples } from './index.ts'

const namesFor = (phrase: string, count: number) =>
  searchSamples(phrase)
    .slice(0, count)
    .map(({ sample }) => sample.name)

describe('what people ask for comes first', () => {
  test.each([
    ['console login without mfa', 'Console sign-ins without MFA'],
    ['root account usage', 'Everything the root user did'],
    ['failed logins by ip', 'Failed console sign-ins by address'],
    ['who deleted objects from S3', 'Objects deleted, by principal and bucket'],
    ['access denied errors by user', 'Denied calls by principal'],
    ['security group open to the internet', 'Security groups opened to the world'],
    ['cloudtrail was stopped', 'Logging switched off or changed'],
    ['ec2 instances launched by user', 'Instances launched, and by whom'],
    ['lambda invocations', 'Lambda functions invoked most'],
    ['old TLS versions', 'Outdated TLS connections'],
    ['KMS key deletion', 'Keys disabled or scheduled for deletion'],
    ['secrets manager reads', 'Secrets and parameters read'],
    ['GitHub repositories made public', 'Repositories deleted or made public'],
    ['cross account assume role', 'Roles taken from other accounts'],
    ['api throttling', 'Throttled calls'],
    ['insights with highest deviation from baseline', 'Insights that stood out most'],
  ])('%s → %s', (phrase, name) => {
    expect(namesFor(phrase, 3)).toContain(name)
  })

  test('every sample is found by its own name, first', () => {
    const missed = sampleQueries.filter(({ name }) => namesFor(name, 1)[0] !== name)
    expect(missed.map(({ name }) => name)).toEqual([])
  })
})

test('relevance falls from the first to the last result and stays between 0 and 1', () => {
  const relevances = searchSamples('users who delete buckets').map(({ relevance }) => relevance)
  expect(relevances.length).toBeGreaterThan(5)
  expect(relevances).toEqual(relevances.toSorted((a, b) => b - a))
  expect(Math.max(...relevances)).toBeLessThanOrEqual(1)
  expect(Math.min(...relevances)).toBeGreaterThan(0)
})

test.each(['the of and', '!!', 'zebra quark'])('%j finds nothing', (phrase) => {
  expect(searchSamples(phrase)).toEqual([])
})

test('the catalogue has sixty samples or more, each with a name and a statement of its own', () => {
  expect(sampleQueries.length).toBeGreaterThanOrEqual(60)
  for (const part of ['name', 'sql', 'description'] as const) {
    expect(new Set(sampleQueries.map((sample) => sample[part])).size).toBe(sampleQueries.length)
  }
})

test('every sample reads the table it is run on and bounds the time it looks at', () => {
  for (const { name, sql } of sampleQueries) {
    expect(sql, name).toContain('FROM $EDS_ID\n')
    expect(sql, name).toMatch(/WHERE eventTime > date_add\('day', -\d+, now\(\)\)/)
    expect(sql.length, name).toBeLessThan(10_000)
  }
})
