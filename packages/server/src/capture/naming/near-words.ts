/** Longer words are no typing errors of any name. */
const charsMax = 64

/** Those of `words` that are likely meant by `word`, the nearest first: a letter or two wrong, or one word in the other. */
export function nearWords(word: string, words: Iterable<string>, most: number): readonly string[] {
  const typed = word.slice(0, charsMax).toLowerCase()
  // A short word with two letters wrong is any word.
  const wrongMax = Math.min(3, Math.floor(typed.length / 3))
  const near: { readonly name: string; readonly distance: number }[] = []
  for (const name of words) {
    const other = name.toLowerCase()
    const distance = Math.abs(other.length - typed.length) > wrongMax ? wrongMax + 1 : editDistance(typed, other)
    if (distance <= wrongMax) near.push({ name, distance })
    // What only begins or ends alike comes after what is mistyped.
    else if (typed.length > 2 && other.includes(typed)) near.push({ name, distance: charsMax + other.length })
  }
  return near
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, most)
    .map(({ name }) => name)
}

/** How many letters have to be put in, taken out, exchanged, or swapped with their neighbour. */
function editDistance(a: string, b: string): number {
  let before: readonly number[] = []
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1]
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      next.push(
        Math.min(
          at(row, j) + 1,
          at(next, j - 1) + 1,
          at(row, j - 1) + (isSame ? 0 : 1),
          isSwapped ? at(before, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    before = row
    row = next
  }
  return at(row, b.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}
