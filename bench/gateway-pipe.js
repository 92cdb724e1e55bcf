/** The least that a proxy in Node does, as a peer in bench/gateway.ts: requests and answers piped through, nothing looked at. */
import { Agent, createServer, request } from 'node:http'

const [, , port = ''] = process.argv
const agent = new Agent({ keepAlive: true })

const server = createServer((incoming, outgoing) => {
  const { method, url: path, headers } = incoming
  const upstream = request({ host: '127.0.0.1', port: Number(port), method, path, headers, agent }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(outgoing)
  })
  upstream.on('error', () => outgoing.destroy())
  incoming.pipe(upstream)
})

server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`))
