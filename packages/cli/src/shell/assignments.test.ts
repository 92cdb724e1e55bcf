import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assignments } from './assignments.ts'

test('whatever a value holds, a shell that evaluates the lines gets exactly that', () => {
  // One process for all runs: what is quoted wrongly would run as a command or end the script.
  const values = fc.sample(
    fc.string({ unit: fc.constantFrom("'", '"', '\\', '$', '`', ' ', '\n', ';', '!', 'a', 'é', '(', '*') }),
    { numRuns: 300, seed: 7 },
  )
  const script = values.flatMap((value) => [...assignments('sh', { VALUE: value }, []), `printf '%s\\0' "$VALUE"`])
  const done = spawnSync('sh', ['-c', script.join('\n')], { encoding: 'utf8' })
  expect(done.stderr).toBe('')
  expect(done.stdout.split('\0').slice(0, -1)).toEqual(values)
})

test('variables are set and unset in the words of each shell', () => {
  const set = { A: `it's \\n` }
  expect(assignments('sh', set, ['B'])).toEqual([`export A='it'\\''s \\n'`, 'unset B'])
  expect(assignments('fish', set, ['B'])).toEqual([`set -gx A 'it\\'s \\\\n';`, 'set -e B;'])
  expect(assignments('powershell', set, ['B'])).toEqual([
    `$env:A = 'it''s \\n'`,
    'Remove-Item Env:B -ErrorAction SilentlyContinue',
  ])
})

test('typographic quotes do not end a PowerShell string', () => {
  expect(assignments('powershell', { A: 'a’; calc; ‘b' }, [])).toEqual([`$env:A = 'a’’; calc; ‘‘b'`])
})
