import { expect, test } from 'vitest'
import type { VerifyReport } from './judge-evidence.ts'
import { reportText } from './report-text.ts'

const style = { bold: String, dim: String, red: String, green: String, yellow: String }
const report: VerifyReport = {
  findings: [],
  chains: [{ account: '111122223333', trailName: 'main', region: 'eu-west-1' }],
  digests: { found: 2, proven: 2 },
  files: { found: 1_200, valid: 1_199, uncovered: 1 },
  aws: { invalid: 0 },
  fromMs: undefined,
  untilMs: 0,
}
const linesOf = (change: Partial<VerifyReport>) => reportText({ ...report, ...change }, style).split('\n')

test('what was looked at comes first, the verdict and both results last', () => {
  expect(linesOf({})).toEqual([
    'main of 111122223333, 1 region, up to 1970-01-01T00:00:00Z',
    '2 of 2 digests proven, 1,199 of 1,200 log files as they were delivered',
    '1 log file lies outside the time of the digests, and nothing proves it; the next digest covers what is new',
    '',
    'Everything that the digests cover is as it was delivered.',
    'cairn: 0 findings; aws validate-logs would report: 0',
  ])
})

test('where nothing lies outside, everything is what the digests cover', () => {
  expect(linesOf({ files: { found: 2, valid: 2, uncovered: 0 } }).at(-2)).toBe('Everything is as it was delivered.')
})

test('of digests or log files that are not there, nothing is counted', () => {
  const nothing = { chains: [], digests: { found: 0, proven: 0 }, files: { found: 55, valid: 0, uncovered: 0 } }
  expect(linesOf(nothing)[0]).toBe('55 log files and no digest, up to 1970-01-01T00:00:00Z')
  const results = { ...nothing, files: { found: 0, valid: 0, uncovered: 0 }, results: { found: 3, valid: 3 } }
  expect(linesOf(results)).toEqual([
    '3 of 3 results of queries as they were delivered',
    '',
    'Everything is as it was delivered.',
    'cairn: 0 findings',
  ])
})

test('text of a finding cannot steer the terminal', () => {
  const at = { region: 'eu-west-1', fromMs: 0, untilMs: 0, class: 'altered' as const }
  const finding = { ...at, kind: 'file-changed' as const, place: 'a\u001b[2Jb', sentence: 'c\u001b[31md' }
  expect(linesOf({ findings: [finding] }).join('')).not.toContain('\u001b')
})
