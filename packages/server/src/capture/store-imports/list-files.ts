import type { ObjectHead } from '../../ports/object-store.ts'
import { type Days, isWithin } from './days.ts'
import { isFile, pages, type Series } from './find-series.ts'
import type { Source } from './source.ts'

/** The files of one series that are of these days, a list for each page, in the order of their keys. */
export async function* listFiles(source: Source, series: Series, days: Days): AsyncGenerator<readonly ObjectHead[]> {
  const { prefix, kind } = series
  const query = {
    bucket: source.bucket,
    prefix,
    ...(kind === 'direct' && { delimiter: '/' }),
    // Everything of the first day comes behind the name of its folder.
    ...(kind === 'by-day' && days.first !== '' && { startAfter: `${prefix}${days.first}` }),
  }
  for await (const { objects } of pages(source.store.objects, query)) {
    yield objects.filter((head) => isFile(head) && isWithin(head.key, days))
    const last = objects.at(-1)?.key
    if (kind === 'by-day' && last !== undefined && last.slice(prefix.length, prefix.length + 10) > days.last) return
  }
}
