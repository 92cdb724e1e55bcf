import type { ImportedFile } from '../../capture/imports/index.ts'
import { Fault } from '../../fault.ts'
import type { Catalog, CatalogDraft } from '../../ports/catalog.ts'
import type { Clock } from '../../ports/clock.ts'
import { type ImportFailure, importFailures, type LakeImport } from './lake-import.ts'

/** What of an import has to be told entry by entry. */
export interface ImportFailures {
  /** In the order of their locations. */
  of(id: string): readonly ImportFailure[]
  /** A file that failed is one entry; one that failed before and does no more is told, too. */
  file(one: LakeImport, file: ImportedFile): Promise<void>
  /** What ended the whole import, where no file is to blame. */
  broke(one: LakeImport, cause: unknown): Promise<void>
  /** The import came to its end: what ended it before does no more, and what was left out is told. */
  ended(one: LakeImport, leftOut: { readonly eventsExpired: number; readonly retentionDays: number }): Promise<void>
  /** Marks what failed as being tried again. */
  retry(draft: CatalogDraft, id: string): void
}

/** Entries that are kept; the statistics count all. A wrong key policy fails every file of a bucket. */
const failuresKeptMax = 10_000

export function createImportFailures(catalog: Catalog, clock: Clock): ImportFailures {
  async function put(id: string, failure: Omit<ImportFailure, 'updatedAtMs'>): Promise<void> {
    const entry = { ...failure, updatedAtMs: clock.nowMs() }
    await catalog.change({ intentId: undefined }, (draft) =>
      draft.put(importFailures, keyOf(id, entry.location), entry),
    )
  }

  return {
    of: (id) => catalog.list(importFailures, `${id}/`).map(({ value }) => value),
    async file({ id }, { name: location, setAside, problems }) {
      const before = catalog.get(importFailures, keyOf(id, location))
      if (setAside === 0) {
        if (before !== undefined) await put(id, { ...before, status: 'SUCCEEDED' })
        return
      }
      if (before === undefined && catalog.list(importFailures, `${id}/`).length >= failuresKeptMax) return
      const { code = 'unreadable', offset = 0 } = problems[0] ?? {}
      const more = setAside > 1 ? ` and ${setAside - 1} more` : ''
      await put(id, { location, status: 'FAILED', type: typeOf(code), message: `${code} at byte ${offset}${more}` })
    },
    broke({ id, source }, cause) {
      const isOfStore = cause instanceof Fault && cause.code.startsWith('object.')
      return put(id, {
        location: source.uri,
        status: 'FAILED',
        type: isOfStore ? 'SourceNotReadable' : 'InternalError',
        message: isOfStore ? cause.message : 'The import ended because of an internal error. Start it again.',
      })
    },
    async ended({ id, source }, { eventsExpired, retentionDays }) {
      const before = catalog.get(importFailures, keyOf(id, source.uri))
      if (eventsExpired > 0) {
        await put(id, {
          location: source.uri,
          status: 'SUCCEEDED',
          type: 'EventsOlderThanRetention',
          message: `${eventsExpired} events are older than the ${retentionDays} days that the event data store keeps and were left out. Lengthen the retention period and import again.`,
        })
      } else if (before?.status === 'RETRY') await put(id, { ...before, status: 'SUCCEEDED' })
    },
    retry(draft, id) {
      for (const { key, value } of draft.list(importFailures, `${id}/`)) {
        if (value.status === 'FAILED') draft.put(importFailures, key, { ...value, status: 'RETRY' })
      }
    },
  }
}

function keyOf(id: string, location: string): string {
  return `${id}/${location}`
}

/** `corrupt-compression` is `CorruptCompression`. */
function typeOf(code: string): string {
  return code.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase())
}
