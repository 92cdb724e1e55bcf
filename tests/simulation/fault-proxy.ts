import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the way to a store does to requests, until it is told otherwise. */
export type Weather =
  | 'clear'
  /** 500 and 503 by turns. */
  | 'errors'
  /** A status that says all is well, and an error in the body; the store hears of nothing. */
  | 'errors-as-200'
  /** The store does what it is asked, and the answer to each write is lost. */
  | 'lost-answers'
  /** Bodies of answers break off half way. */
  | 'truncated'

export interface FaultProxy {
  readonly endpoint: string
  weather: Weather
  /** Requests that were spoiled since the weather was set by `set`. */
  spoiled: number
  set(weather: Weather): void
  [Symbol.asyncDispose](): Promise<void>
}

const errorBody = '<?xml version="1.0"?><Error><Code>InternalError</Code><Message>We failed</Message></Error>'

/** Stands in front of a store; requests go on as they came, so that their signatures stay good. */
export async function startFaultProxy(upstream: string): Promise<FaultProxy> {
  const target = new URL(upstream)
  const server = createServer((incoming, outgoing) => {
    const { weather } = proxy
    if (weather === 'clear') return void forward(incoming, outgoing, {})
    const isWrite = incoming.method === 'PUT'
    if ((weather === 'lost-answers' || weather === 'errors-as-200') && !isWrite)
      return void forward(incoming, outgoing, {})
    if (weather === 'truncated' && incoming.method !== 'GET') return void forward(incoming, outgoing, {})
    proxy.spoiled += 1
    switch (weather) {
      case 'errors':
        incoming.resume()
        return void outgoing.writeHead(proxy.spoiled % 2 === 0 ? 500 : 503).end(errorBody)
      case 'errors-as-200':
        incoming.resume()
        return void incoming.once('end', () =>
          outgoing.writeHead(200, { 'content-type': 'application/xml' }).end(errorBody),
        )
      case 'lost-answers':
        return forward(incoming, outgoing, { isAnswerLost: true })
      case 'truncated':
        return forward(incoming, outgoing, { isTruncated: true })
    }
  })

  function forward(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    { isAnswerLost = false, isTruncated = false }: { readonly isAnswerLost?: boolean; readonly isTruncated?: boolean },
  ): void {
    const { method, url: path, headers } = incoming
    const sent = request({ host: target.hostname, port: target.port, method, path, headers }, (answer) => {
      if (isAnswerLost) {
        answer.resume()
        answer.once('end', () => outgoing.destroy())
        return
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      if (!isTruncated) return void answer.pipe(outgoing)
      const half = Math.floor(Number(answer.headers['content-length'] ?? 2) / 2)
      let bytes = 0
      answer.on('data', (piece: Buffer) => {
        outgoing.write(piece.subarray(0, Math.max(0, half - bytes)))
        bytes += piece.length
      })
      answer.once('end', () => outgoing.destroy())
    })
    sent.once('error', () => outgoing.destroy())
    incoming.pipe(sent)
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const proxy: FaultProxy = {
    endpoint: `http://127.0.0.1:${port}`,
    weather: 'clear',
    spoiled: 0,
    set(weather) {
      proxy.weather = weather
      proxy.spoiled = 0
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return proxy
}
