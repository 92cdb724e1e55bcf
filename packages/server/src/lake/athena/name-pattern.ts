/** As Hive's: `*` for any text, `|` between alternatives, without regard to case. No expression takes every name. */
export function namePattern(expression: string): (name: string) => boolean {
  if (expression === '') return () => true
  const alternatives = expression
    .toLowerCase()
    .split('|')
    .map((part) => part.split('*'))
  return (name) => alternatives.some((parts) => isMatch(name, parts))
}

/** Whether the parts stand in the name one after the other, the first at its start and the last at its end. */
function isMatch(name: string, parts: readonly string[]): boolean {
  const [first = '', ...rest] = parts
  if (rest.length === 0) return name === first
  const last = rest.pop() ?? ''
  if (!name.startsWith(first)) return false
  let at = first.length
  for (const part of rest) {
    const found = name.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return name.length - last.length >= at && name.endsWith(last)
}
