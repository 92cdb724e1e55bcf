import { compileSelectors, type Selector, selectableEvent } from '@cairn/core/selectors'
import type { FoundEvent, SearchPart, SearchSummary } from '../ports/history-index.ts'

/** Events of one kind, and how many of them selectors would keep. */
export interface KindCount {
  readonly category: string
  readonly source: string
  readonly name: string
  readonly seen: number
  readonly kept: number
}

export type TrialPart =
  | { readonly kind: 'progress'; readonly seen: number; readonly kept: number }
  | {
      readonly kind: 'summary'
      readonly seen: number
      readonly kept: number
      /** The most frequent first. */
      readonly kinds: readonly KindCount[]
      /** Events of kinds beyond those listed. */
      readonly others: { readonly seen: number; readonly kept: number }
      /** Whether these were all events asked for; see {@link SearchSummary.end}. */
      readonly end: SearchSummary['end']
    }

/** Kinds that are told apart: all AWS has for a busy account, and bounded when event names are rubbish. */
const kindsMax = 5_000
const progressEvery = 10_000

/** Holds selectors against events of the history without changing anything. Ends when `parts` does. */
export async function* trySelectors(
  selectors: readonly Selector[],
  parts: AsyncIterable<SearchPart>,
): AsyncGenerator<TrialPart, void, undefined> {
  const matcher = compileSelectors([{ id: true, selectors }])
  const kinds = new Map<string, { -readonly [Member in keyof KindCount]: KindCount[Member] }>()
  const total = { seen: 0, kept: 0 }
  const others = { seen: 0, kept: 0 }
  for await (const part of parts) {
    if (part.kind === 'summary') {
      const counted = [...kinds.values()].sort((left, right) => right.seen - left.seen)
      yield { kind: 'summary', ...total, kinds: counted, others, end: part.summary.end }
      return
    }
    for (const event of part.events) {
      const kept = matcher.match(selectableEvent(recordOf(event))).length
      for (const count of [total, countOf(event)]) {
        count.seen += 1
        count.kept += kept
      }
      if (total.seen % progressEvery === 0) yield { kind: 'progress', ...total }
    }
  }

  function countOf({ fields }: FoundEvent): { seen: number; kept: number } {
    const { category, eventSource: source = '', eventName: name = '' } = fields
    const key = JSON.stringify([category, source, name])
    const known = kinds.get(key)
    if (known) return known
    if (kinds.size >= kindsMax) return others
    const count = { category, source, name, seen: 0, kept: 0 }
    kinds.set(key, count)
    return count
  }
}

function recordOf({ bytes }: FoundEvent): Readonly<Record<string, unknown>> {
  const record: unknown = JSON.parse(new TextDecoder().decode(bytes))
  return typeof record === 'object' && record !== null ? (record as Readonly<Record<string, unknown>>) : {}
}
