/** A setting that is a list or an object comes as JSON from the environment and from flags, which can hold text only. */
export function fromText(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
