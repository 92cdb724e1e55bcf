/**
 * The value as JSON and as the frozen copy that readers get: exactly what a restart would read back, and nobody can
 * change the store through it. A round trip through JSON costs about as much as `structuredClone` of a small document,
 * and the text is needed anyway.
 */
export function frozenJson(value: unknown): { readonly value: unknown; readonly json: string } {
  const json = JSON.stringify(value)
  return { value: parseFrozen(json), json }
}

export function parseFrozen(json: string): unknown {
  return freezeDeeply(JSON.parse(json))
}

function freezeDeeply(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  for (const member of Object.values(value)) freezeDeeply(member)
  return Object.freeze(value)
}
