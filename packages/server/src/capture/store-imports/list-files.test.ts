import { expect, it } from 'vitest'
import { bucketWith } from './bucket.fixture.ts'
import { daysOf } from './days.ts'
import type { Series } from './find-series.ts'
import { listFiles } from './list-files.ts'

const day = (iso: string) => Date.parse(`${iso}T12:00:00Z`)

async function listed(
  keys: readonly string[],
  series: Series,
  window: { readonly sinceMs?: number; readonly untilMs?: number },
) {
  const { source, listings } = await bucketWith(...keys)
  const pages = await Array.fromAsync(listFiles(source, series, daysOf(window)))
  return { keys: pages.flat().map(({ key }) => key), requests: listings() }
}

const region: Series = { prefix: 'eu/', kind: 'by-day' }
const days = ['2024/12/31', '2025/01/01', '2025/01/02', '2025/01/03', '2025/02/01']

it('lists from the first day on, and one day more than the last', async () => {
  const keys = days.map((one) => `eu/${one}/a.json.gz`)
  const window = { sinceMs: day('2025-01-01'), untilMs: day('2025-01-02') }
  const { keys: found, requests } = await listed(keys, region, window)
  expect(found).toEqual(['eu/2025/01/01/a.json.gz', 'eu/2025/01/02/a.json.gz', 'eu/2025/01/03/a.json.gz'])
  expect(requests).toEqual([{ prefix: 'eu/', startAfter: 'eu/2025/01/01' }])
})

it('asks for no page behind the last day', async () => {
  const keys = Array.from({ length: 2_500 }, (_, index) => `eu/2025/03/01/${String(index).padStart(4, '0')}.json.gz`)
  const { requests } = await listed(keys, region, { untilMs: day('2025-01-31') })
  expect(requests).toHaveLength(1)
})

it('passes over what consoles make for folders', async () => {
  const { source, put } = await bucketWith('eu/2025/01/01/a.json.gz')
  await put('eu/2025/01/01/', '')
  const [page] = await Array.fromAsync(listFiles(source, region, daysOf({})))
  expect(page?.map(({ key }) => key)).toEqual(['eu/2025/01/01/a.json.gz'])
})

it('takes of a folder itself only what lies in it, and what has no day on any day', async () => {
  const keys = ['loose.json', 'deep/2025/01/01/a.json.gz']
  expect((await listed(keys, { prefix: '', kind: 'direct' }, { sinceMs: day('2025-01-01') })).keys).toEqual([
    'loose.json',
  ])
})
