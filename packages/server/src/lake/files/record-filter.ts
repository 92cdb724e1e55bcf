import type { RequiredText } from '@cairn/core/query'

/**
 * Tells whether bytes may hold what a statement needs, without parsing them. JSON can write any character as `\u0061` and
 * a slash as `\/`: bytes with such an escape of a character of the text may hold it, too.
 */
export interface RecordFilter {
  /** Whether every text, or an escape that could hide it, is somewhere in the bytes. */
  mayMatter(bytes: Buffer): boolean
  /** Where in the bytes the rarest of the texts may begin, in ascending order. None are told when nothing is needed. */
  places(bytes: Buffer): Iterable<number> | undefined
}

export function createRecordFilter(needs: readonly RequiredText[]): RecordFilter {
  const clauses = needs.map(({ anyOf }) => ({
    charsMin: Math.min(...anyOf.map(({ length }) => length)),
    searches: anyOf.flatMap(searchesFor),
  }))
  // Long texts are rare ones.
  const [rarest] = clauses.toSorted((a, b) => b.charsMin - a.charsMin)
  return {
    mayMatter: (bytes) => clauses.every(({ searches }) => searches.some((search) => search(bytes, 0) >= 0)),
    places: (bytes) => rarest && placesOf(rarest.searches, bytes),
  }
}

/** The first place at or behind `from`; negative when there is none. */
type Search = (bytes: Buffer, from: number) => number

/** Each way to write a text is looked for by itself: one that does not occur is then looked for once. */
function searchesFor(text: string): readonly Search[] {
  const codes = new Set(Array.from(text, (_, index) => text.charCodeAt(index)))
  const search =
    (wanted: Buffer): Search =>
    (bytes, from) =>
      bytes.indexOf(wanted, from)
  return [
    search(Buffer.from(text)),
    (bytes, from) => escapeOf(codes, bytes, from),
    ...(text.includes('/') ? [search(Buffer.from('\\/'))] : []),
  ]
}

const escapeStart = Buffer.from('\\u')

/** The next `\uXXXX` that stands for one of the characters. */
function escapeOf(codes: ReadonlySet<number>, bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(escapeStart, from); at >= 0; at = bytes.indexOf(escapeStart, at + 2)) {
    const code = Number.parseInt(bytes.toString('latin1', at + 2, at + 6), 16)
    if (codes.has(code)) return at
  }
  return -1
}

function* placesOf(searches: readonly Search[], bytes: Buffer): Generator<number> {
  const ahead = searches.map((search) => search(bytes, 0))
  for (;;) {
    const least = earliest(ahead)
    if (least < 0) return
    yield least
    for (const [index, search] of searches.entries()) {
      if (ahead[index] === least) ahead[index] = search(bytes, least + 1)
    }
  }
}

function earliest(places: readonly number[]): number {
  return places.reduce((least, at) => (at >= 0 && (least < 0 || at < least) ? at : least), -1)
}
