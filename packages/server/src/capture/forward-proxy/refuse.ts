import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { STATUS_CODES } from '../../runtime/node-http.ts'

/** Answers a request that this proxy does not pass on, in words for whoever reads the client's error. */
export function refuse(outgoing: ServerResponse, status: number, message: string): void {
  if (outgoing.headersSent) {
    outgoing.destroy()
    return
  }
  outgoing.writeHead(status, headersOf(status, message)).end(message)
}

/** Refuses a `CONNECT`. Clients show the status line and hide the body, so the message is in both. */
export function refuseConnect(socket: Duplex, status: number, message: string): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const head = Object.entries(headersOf(status, message)).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${message}`)
}

function headersOf(status: number, message: string): Record<string, string> {
  return {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': String(Buffer.byteLength(message)),
    connection: 'close',
    ...(status === 407 && { 'proxy-authenticate': 'Basic realm="cairn"' }),
  }
}
