import { recode } from './uri-encoding.ts'

/** The first part of a request exactly as it was on the wire: nothing decoded, merged or reordered. */
export interface RequestHead {
  readonly method: string
  /** Up to the `?`. */
  readonly path: string
  /** Behind the `?`, or empty. */
  readonly query: string
  /** Name, value, name, value … with Latin-1 values, i.e. node's `rawHeaders`. */
  readonly headers: readonly string[]
}

/** Lower-case name → value; repeated headers joined by `,` and runs of white space folded, as AWS signs them. */
export type HeaderMap = ReadonlyMap<string, string>

const needsFolding = /^\s|\s$|\s\s|[^\S ]/

/** Reads the headers once, in linear time however often a name repeats. */
export function readHeaders(raw: readonly string[]): HeaderMap {
  const map = new Map<string, string>()
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] as string).toLowerCase()
    const value = foldWhitespace(raw[index + 1] as string)
    const earlier = map.get(name)
    map.set(name, earlier === undefined ? value : `${earlier},${value}`)
  }
  return map
}

/** The same of headers that are gathered already, none of them repeated. */
export function foldedHeaders(headers: ReadonlyMap<string, string>): HeaderMap {
  const folded = new Map<string, string>()
  for (const [name, value] of headers) folded.set(name, foldWhitespace(value))
  return folded
}

function foldWhitespace(value: string): string {
  return needsFolding.test(value) ? value.trim().replace(/\s+/g, ' ') : value
}

/** One `name=value` of a query, both in AWS's canonical percent encoding. */
export interface QueryParameter {
  readonly name: string
  readonly value: string
}

/** Splits a raw query; encodings that mean the same byte come out the same. `+` means a space, as in forms. */
export function readQuery(raw: string): QueryParameter[] {
  const parameters: QueryParameter[] = []
  for (const part of raw.split('&')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const name = equals < 0 ? part : part.slice(0, equals)
    const value = equals < 0 ? '' : part.slice(equals + 1)
    parameters.push({ name: recode(name, 'query'), value: recode(value, 'query') })
  }
  return parameters
}

/** The canonical encoding is always well formed, but its bytes need not be UTF-8. */
export function decodeLeniently(canonical: string): string {
  try {
    return decodeURIComponent(canonical)
  } catch {
    return canonical
  }
}
