/** Where the id of the writing request is kept: the server has no other place for it. */
const writtenByHeader = 'x-amz-meta-cairn-written-by'

/** Of an answer's headers, those that belong to the object and not to the exchange. */
const kept =
  /^(content-(type|encoding|language|disposition)|cache-control|expires|x-amz-meta-.+|x-amz-server-side-encryption.*)$/

export function sentHeaders(
  headers: Readonly<Record<string, string>>,
  writtenBy: string | undefined,
): Readonly<Record<string, string>> {
  return writtenBy === undefined ? headers : { ...headers, [writtenByHeader]: writtenBy }
}

export function keptHeaders(headers: Readonly<Record<string, string>>): {
  readonly headers: Readonly<Record<string, string>>
  readonly writtenBy?: string
} {
  const { [writtenByHeader]: writtenBy, ...others } = headers
  const own = Object.fromEntries(Object.entries(others).filter(([name]) => kept.test(name)))
  return { headers: own, ...(writtenBy !== undefined && { writtenBy }) }
}
