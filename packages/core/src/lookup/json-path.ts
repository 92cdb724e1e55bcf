/**
 * Paths into a record, as people write them: `requestParameters.roleName`.
 *
 * ```
 * path    = segment *( "." segment )
 * segment = name | quoted            ; one member of an object
 * quoted  = DQUOTE *char DQUOTE      ; for names that hold a dot, a bracket or an operator; \" and \\ inside
 * index   = "[" 1*DIGIT "]"          ; directly after a segment: one element of an array
 * ```
 *
 * An array met on the way stands for each of its elements, so `resources.ARN` asks about any resource.
 */
export interface JsonPath {
  /** As written, for messages and group names. */
  readonly text: string
  readonly segments: readonly (string | number)[]
}

/** Paths deeper than this name nothing in any real record. */
const segmentsMax = 32

/** Values looked at per record and path: bounds the work an array of arrays can cause. */
const valuesMax = 10_000

/** `undefined` when `text` is no path. */
export function parseJsonPath(text: string): JsonPath | undefined {
  const segments: (string | number)[] = []
  const token = /\.?(?:"((?:[^"\\]|\\["\\])*)"|\[(\d{1,9})\]|([^.[\]"\s]+))/y
  while (token.lastIndex < text.length) {
    const start = token.lastIndex
    const match = token.exec(text)
    if (match === null || segments.length === segmentsMax) return undefined
    const [, quoted, index, name] = match
    const dotted = text[start] === '.'
    const isIndex = index !== undefined
    if (start === 0 ? dotted || isIndex : dotted === isIndex) return undefined
    if (isIndex) segments.push(Number(index))
    else segments.push(name ?? (quoted ?? '').replace(/\\(["\\])/g, '$1'))
  }
  return segments.length === 0 ? undefined : { text, segments }
}

/**
 * Calls `visit` with each value at `path` until it answers true, and returns whether it did. A member that is there
 * with the value null is visited as null; one that is absent is not visited.
 */
export function someAtPath(root: unknown, path: JsonPath, visit: (value: unknown) => boolean): boolean {
  let left = valuesMax
  const walk = (value: unknown, depth: number): boolean => {
    if (left-- <= 0) return false
    const segment = path.segments[depth]
    if (segment === undefined) {
      return Array.isArray(value) ? value.some((item) => walk(item, depth)) : visit(value)
    }
    if (Array.isArray(value)) {
      if (typeof segment === 'number') return segment < value.length && walk(value[segment], depth + 1)
      return value.some((item) => walk(item, depth))
    }
    if (typeof value !== 'object' || value === null || typeof segment === 'number') return false
    return Object.hasOwn(value, segment) && walk((value as Record<string, unknown>)[segment], depth + 1)
  }
  return walk(root, 0)
}
