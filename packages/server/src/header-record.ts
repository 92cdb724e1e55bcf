/**
 * Headers by name. Made by a constructor, an object without prototype is as quick as any other; `Object.create(null)`
 * makes a slow one.
 */
class HeaderRecord {
  [name: string]: string
}
Object.setPrototypeOf(HeaderRecord.prototype, null)
Reflect.deleteProperty(HeaderRecord.prototype, 'constructor')

/** A name may be anything a client sends: nothing is inherited. */
export function emptyHeaders(): Record<string, string> {
  return new HeaderRecord()
}

/** Adds a header; of a name that comes twice the values are joined by `, `. */
export function addHeader(headers: Record<string, string>, name: string, value: string): void {
  const earlier = headers[name]
  headers[name] = earlier === undefined ? value : `${earlier}, ${value}`
}

/** Lower-case name → value of name, value, name, value … */
export function joinedHeaders(raw: readonly string[]): Record<string, string> {
  const headers = emptyHeaders()
  for (let index = 0; index + 1 < raw.length; index += 2) {
    addHeader(headers, (raw[index] as string).toLowerCase(), raw[index + 1] as string)
  }
  return headers
}
