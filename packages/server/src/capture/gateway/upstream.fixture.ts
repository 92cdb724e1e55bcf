import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createRawServer, type Server, type Socket } from 'node:net'

export interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  /** False: the connection ended before the body did. */
  readonly isWhole: boolean
}

/** A real, tiny server behind the gateway. */
export interface TestUpstream {
  readonly endpoint: string
  readonly port: number
  /** In the order their bodies ended. */
  readonly seen: SeenRequest[]
  /** Resolves when this many requests were seen. */
  until(count: number): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export type Answer = (request: SeenRequest, response: ServerResponse) => void

const ok: Answer = (_request, response) => {
  response.writeHead(200, { 'Content-Type': 'application/x-amz-json-1.0', 'x-amzn-RequestId': 'UPSTREAM-ID' })
  response.end('{}')
}

/** Reads each request to its end and answers it with `answer`. */
export async function startUpstream(answer: Answer = ok): Promise<TestUpstream> {
  const seen: SeenRequest[] = []
  const waiting = new Set<() => void>()
  const listener: RequestListener = (request, response) => {
    const parts: Buffer[] = []
    let isSeen = false
    const finished = (isWhole: boolean) => {
      if (isSeen) return
      isSeen = true
      const { method = '', url = '', headers, rawHeaders } = request
      const one = { method, url, headers, rawHeaders, body: Buffer.concat(parts), isWhole }
      seen.push(one)
      for (const wake of waiting) wake()
      if (isWhole) answer(one, response)
    }
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => finished(true))
    request.on('close', () => finished(false))
    request.on('error', () => finished(false))
  }
  const server = createServer(listener)
  return {
    ...(await listening(server)),
    seen,
    until: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (seen.length < count) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A server that does whatever `onConnection` does with its bytes. */
export async function startRawUpstream(onConnection: (socket: Socket) => void) {
  const sockets = new Set<Socket>()
  const server = createRawServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    onConnection(socket)
  })
  return {
    ...(await listening(server)),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function listening(server: Server): Promise<{ readonly endpoint: string; readonly port: number }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { endpoint: `http://127.0.0.1:${port}`, port }
}
