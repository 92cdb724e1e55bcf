/**
 * Patterns in which `*` stands for any run of characters, the empty one included, and everything else for itself.
 * Matching takes the leftmost place for each part and never goes back, so no pattern is expensive.
 */
export interface Wildcard {
  readonly text: string
  /** The parts between the stars; one part only when there is no star. */
  readonly parts: readonly string[]
}

export function parseWildcard(text: string): Wildcard {
  return { text, parts: text.replace(/\*+/g, '*').split('*') }
}

export function isLiteral(pattern: Wildcard): boolean {
  return pattern.parts.length === 1
}

/** What every match begins with. */
export function wildcardPrefix(pattern: Wildcard): string {
  return pattern.parts[0] ?? ''
}

export function matchesWildcard(pattern: Wildcard, value: string): boolean {
  const { parts } = pattern
  const first = parts[0] ?? ''
  if (parts.length === 1) return value === first
  const last = parts[parts.length - 1] ?? ''
  if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) return false
  let from = first.length
  const end = value.length - last.length
  for (let index = 1; index < parts.length - 1; index += 1) {
    const part = parts[index] ?? ''
    const at = value.indexOf(part, from)
    if (at === -1 || at + part.length > end) return false
    from = at + part.length
  }
  return true
}
