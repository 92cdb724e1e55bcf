import type { Server } from 'node:net'
import { sourceNetwork } from '../pipeline/index.ts'
import { sourceAddress } from './incoming-request.ts'

/** Cuts connections of a source address that already has its share. */
export function limitConnections(
  server: Server,
  { perSourceMax, onRefused }: { readonly perSourceMax: number; readonly onRefused: () => void },
): void {
  const open = new Map<string, number>()
  server.on('connection', (socket) => {
    const source = sourceNetwork(sourceAddress(socket))
    const count = open.get(source) ?? 0
    if (count >= perSourceMax) {
      socket.destroy()
      onRefused()
      return
    }
    open.set(source, count + 1)
    socket.once('close', () => {
      const left = (open.get(source) ?? 1) - 1
      if (left === 0) open.delete(source)
      else open.set(source, left)
    })
  })
}
