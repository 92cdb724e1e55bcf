import type { MarkSet } from '../../ports/mark-set.ts'
import type { ObjectHead } from '../../ports/object-store.ts'
import type { ImportDestination, ImportEvent, ImportedFile, Imports } from '../imports/index.ts'
import { daysOf } from './days.ts'
import type { DigestCopies } from './digest-copies.ts'
import { createFileMarks } from './file-marks.ts'
import { findSeries, type Series } from './find-series.ts'
import { listFiles } from './list-files.ts'
import { createFileReader } from './read-files.ts'
import { sideBySide } from './side-by-side.ts'
import type { Source } from './source.ts'

export interface Taking {
  readonly imports: Imports
  readonly marks: MarkSet
  readonly digests: DigestCopies
}

/** Listings under way at a time. */
const listingsMax = 8

/** Files that are remembered together. */
const rememberedTogether = 200

export interface TakeOptions {
  readonly source: Source
  readonly account?: string
  readonly isPlan: boolean
  readonly signal: AbortSignal
  /** The history by default. */
  readonly destination?: ImportDestination
  /** Whether a file need not be read again; every file that could be read, by default. */
  isDone?(file: ImportedFile): boolean
}

/** The files of these series that were not taken in yet, a list for each page of the listing; it may be empty. */
export async function* listNew(
  marks: MarkSet,
  source: Source,
  series: AsyncIterable<Series>,
): AsyncGenerator<readonly ObjectHead[]> {
  const known = createFileMarks(marks, source)
  const days = daysOf(source)
  const listings = async function* () {
    for await (const one of series) yield listFiles(source, one, days)
  }
  for await (const page of sideBySide(listings(), listingsMax)) {
    yield await known.unknown(page)
  }
}

/**
 * Takes files in and remembers each when its last event is durable: killed anywhere, files that were not remembered are
 * read again and their events recognised.
 */
export async function* takeFiles(
  { imports, marks, digests }: Taking,
  { source, account, isPlan, signal, destination, isDone }: TakeOptions,
  files: AsyncIterable<ObjectHead>,
): AsyncGenerator<ImportEvent> {
  const known = createFileMarks(marks, source)
  const reader = createFileReader(source, async (head, bytes) => {
    if (!isPlan) await digests.keep(source, head, bytes)
  })
  let done: ObjectHead[] = []
  const remember = async (): Promise<void> => {
    const batch = done
    done = []
    if (!isPlan) await known.remember(batch)
  }
  try {
    const request = {
      files: reader.files(files),
      isPlan,
      signal,
      ...(account !== undefined && { account }),
      ...(destination && { destination }),
    }
    for await (const event of imports.run(request)) {
      if (event.kind === 'file') {
        const head = reader.finished(event.name)
        if (head !== undefined && isDone?.(event) !== false) done.push(head)
        if (done.length >= rememberedTogether) await remember()
      } else if (event.kind === 'summary') await remember()
      yield event
    }
  } finally {
    await remember()
  }
}

/** One pass over everything a source holds. */
export function takeAll(taking: Taking, options: TakeOptions): AsyncGenerator<ImportEvent> {
  const { source } = options
  const pages = listNew(taking.marks, source, findSeries(source))
  return takeFiles(taking, options, flat(pages))
}

export async function* flat(pages: AsyncIterable<readonly ObjectHead[]>): AsyncGenerator<ObjectHead> {
  for await (const page of pages) yield* page
}
