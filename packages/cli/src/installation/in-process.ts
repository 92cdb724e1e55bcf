import type { Config } from '@cairn/server/config'
import { type Answer, type Installation, queryOf } from './installation.ts'

/** Opens the data directory in this process. It is locked meanwhile: no server can start on it. */
export async function openInProcess(config: Config): Promise<Installation> {
  const { openInstallation } = await import('@cairn/server')
  const installation = await openInstallation(config)
  return {
    async call({ method, path, query, headers, body, signal }): Promise<Answer> {
      const answer = await installation.endpoint({
        method,
        path,
        query: queryOf(query),
        headers: headers ?? {},
        body: body ?? nothing(),
        signal: signal ?? new AbortController().signal,
      })
      return { status: answer.status, contentType: answer.contentType, body: bytesOf(answer.body) }
    },
    [Symbol.asyncDispose]: () => installation[Symbol.asyncDispose](),
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

async function* bytesOf(body: string | AsyncIterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  if (typeof body === 'string') {
    yield Buffer.from(body)
    return
  }
  for await (const chunk of body) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
}
