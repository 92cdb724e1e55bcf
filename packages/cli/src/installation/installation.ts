/** A call of one of Cairn's own endpoints, the same through a running server and in process. */
export interface InstallationCall {
  readonly method: 'GET' | 'POST'
  /** `/_cairn/v1/<noun>[/<verb>]`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: AsyncIterable<Uint8Array>
  readonly signal?: AbortSignal
}

export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly body: AsyncIterable<Uint8Array>
}

/** The installation in a data directory, as the operator reaches it. */
export interface Installation {
  /** Where its server listens; absent when this process opened the directory itself. */
  readonly endpoint?: string
  /** Streams both ways. Refusals are answers, not exceptions. */
  call(call: InstallationCall): Promise<Answer>
  [Symbol.asyncDispose](): Promise<void>
}

export function queryOf(query: InstallationCall['query']): URLSearchParams {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const item of typeof value === 'string' ? [value] : (value ?? [])) parameters.append(name, item)
  }
  return parameters
}
