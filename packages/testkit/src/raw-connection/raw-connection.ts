import { connect, type Socket } from 'node:net'

/** A TCP connection to a server under test, for sending what no HTTP client would. */
export interface RawConnection {
  /** Bytes as Latin-1 text, or as they are. */
  send(bytes: string | Uint8Array): void
  /** Ends our side. */
  end(): void
  /** Everything received so far. */
  received(): string
  /** Waits until what was received matches. Rejects when the connection closes or `timeoutMs` passes before. */
  until(pattern: RegExp, timeoutMs?: number): Promise<string>
  /** Everything that came until the server closed; `wasReset` when it did not do so in order. */
  closed(timeoutMs?: number): Promise<{ readonly text: string; readonly wasReset: boolean }>
  /** Reads nothing for a while. */
  pause(): void
  /** Cuts the connection. */
  [Symbol.dispose](): void
}

const waitMsMax = 10_000

/** Connects, from the address `from` where that matters (`127.0.0.2` is another client of a loopback server). */
export async function openRawConnection(
  endpoint: string,
  { from }: { readonly from?: string } = {},
): Promise<RawConnection> {
  const { hostname, port } = new URL(endpoint)
  const socket = connect({ host: hostname, port: Number(port), ...(from !== undefined && { localAddress: from }) })
  let text = ''
  let isClosed = false
  let wasReset = false
  const watchers = new Set<() => void>()
  const changed = () => {
    for (const watcher of watchers) watcher()
  }
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1')
    changed()
  })
  socket.on('error', () => {
    wasReset = true
  })
  socket.on('close', () => {
    isClosed = true
    changed()
  })
  await connected(socket)

  function when<Value>(look: () => Value | undefined, timeoutMs: number): Promise<Value> {
    return new Promise((resolve, reject) => {
      const end = () => {
        watchers.delete(watcher)
        clearTimeout(timer)
      }
      const watcher = () => {
        const found = look()
        if (found !== undefined) {
          end()
          resolve(found)
        } else if (isClosed) {
          end()
          reject(new Error(`the connection closed; it received:\n${text.slice(0, 2000)}`))
        }
      }
      const timer = setTimeout(() => {
        end()
        reject(new Error(`nothing of the kind within ${timeoutMs} ms; it received:\n${text.slice(0, 2000)}`))
      }, timeoutMs)
      watchers.add(watcher)
      watcher()
    })
  }

  return {
    send: (bytes) => void socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes),
    end: () => void socket.end(),
    received: () => text,
    until: (pattern, timeoutMs = waitMsMax) => when(() => pattern.exec(text)?.[0], timeoutMs),
    closed: (timeoutMs = waitMsMax) => when(() => (isClosed ? { text, wasReset } : undefined), timeoutMs),
    pause: () => void socket.pause(),
    [Symbol.dispose]: () => void socket.destroy(),
  }
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
}
