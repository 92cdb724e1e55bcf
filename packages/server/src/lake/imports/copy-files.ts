import type { ImportDestination, ImportedFile, Imports } from '../../capture/imports/index.ts'
import {
  findSeries,
  flat,
  listNew,
  type Series,
  type Source,
  sideBySide,
  takeFiles,
} from '../../capture/store-imports/index.ts'
import type { MarkSet } from '../../ports/mark-set.ts'
import type { ObjectHead } from '../../ports/object-store.ts'
import { type ImportStatistics, noStatistics } from './lake-import.ts'

export interface ImportWork {
  readonly imports: Imports
  readonly marks: MarkSet
  readonly source: Source
  readonly destination: ImportDestination
  readonly signal: AbortSignal
  /** Called with every change; statistics only grow. */
  progress(statistics: ImportStatistics): void
  /** A file that gave less than it holds, or that did after all. */
  file(file: ImportedFile): Promise<void>
}

/** Prefixes that are listed at a time. */
const listingsMax = 8

/**
 * Copies what a source holds and was not copied before. A file counts as copied when nothing of it was left out, so that
 * a wider time or a longer retention finds the rest.
 */
export async function copyFiles(work: ImportWork): Promise<ImportStatistics> {
  const { source, signal } = work
  const prefixes = new Map<string, PrefixState>()
  /** By the name an import uses. */
  const prefixOf = new Map<string, PrefixState>()
  let statistics = noStatistics

  function update(change: Partial<ImportStatistics>): void {
    const states = [...prefixes.values()]
    const prefixesCompleted = states.filter(({ isListed, open }) => isListed && open === 0).length
    statistics = { ...statistics, prefixesFound: states.length, prefixesCompleted, ...change }
    work.progress(statistics)
  }

  async function* listed(series: Series): AsyncGenerator<readonly ObjectHead[]> {
    const state: PrefixState = { open: 0, isListed: false }
    prefixes.set(series.prefix, state)
    for await (const page of listNew(work.marks, source, only(series))) {
      for (const { key } of page) {
        state.open += 1
        prefixOf.set(`s3://${source.bucket}/${key}`, state)
      }
      yield page
    }
    state.isListed = true
    update({})
  }

  async function* listings(): AsyncGenerator<AsyncGenerator<readonly ObjectHead[]>> {
    for await (const series of findSeries(source)) {
      signal.throwIfAborted()
      if (isOfEvents(series)) yield listed(series)
    }
  }

  const files = flat(sideBySide(listings(), listingsMax))
  const taking = { imports: work.imports, marks: work.marks, digests: { async keep() {} } }
  const destination = counting(work.destination, (added) =>
    update({ eventsCompleted: statistics.eventsCompleted + added }),
  )
  const options = { source, destination, isPlan: false, signal, isDone: isWhole }
  for await (const event of takeFiles(taking, options, files)) {
    if (event.kind === 'file') {
      const state = prefixOf.get(event.name)
      prefixOf.delete(event.name)
      if (state !== undefined) state.open -= 1
      const isGood = event.setAside === 0
      update({
        filesCompleted: statistics.filesCompleted + (isGood ? 1 : 0),
        failedEntries: statistics.failedEntries + (isGood ? 0 : 1),
      })
      await work.file(event)
    } else if (event.kind !== 'waiting') {
      update({ eventsExpired: event.expired })
    }
  }
  return statistics
}

/** Tells what became durable. What a stop cuts off is still appended, and no longer in the report of the run. */
function counting(destination: ImportDestination, count: (added: number) => void): ImportDestination {
  const { seen } = destination
  return {
    ...destination,
    seen: {
      ...seen,
      async recognise(keys) {
        const recognised = await seen.recognise(keys)
        return {
          ...recognised,
          async added(indices) {
            await recognised.added?.(indices)
            count(indices.length)
          },
        }
      },
    },
  }
}

interface PrefixState {
  /** Files found and not dealt with yet. */
  open: number
  isListed: boolean
}

function isWhole({ setAside, outside, expired }: ImportedFile): boolean {
  return setAside + outside + expired === 0
}

/** Digests and Insights lie beside the log files, in folders of names like `CloudTrail-Digest`. */
function isOfEvents({ prefix }: Series): boolean {
  return !/(^|\/)CloudTrail-[A-Za-z-]+\//.test(prefix)
}

async function* only(series: Series): AsyncGenerator<Series> {
  yield series
}
