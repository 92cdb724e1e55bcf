import { findServer } from '@cairn/server/local-access'
import { defineCommand } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { CommandFailure } from '../failure.ts'
import { stopAsked, withQuietLog } from '../foreground.ts'
import { attachProxy } from '../record/attach-proxy.ts'
import { parseDomains, parseNetworks, parseResolve, targetOptions } from '../record/targets.ts'

const defaultPort = 4578

export const proxyCommand = defineCommand({
  name: 'proxy',
  summary: 'Start the server with a forward proxy that records calls on their way to AWS',
  description:
    'Like `cairn serve`, and beside it a proxy on 127.0.0.1 that clients on this machine go through: `cairn env --proxy` prints what they need. Calls to AWS are decrypted, recorded and sent on as they came; everything else is passed on untouched. The proxy asks for a token, which is in its URL. Its certificate authority is made at the first start, may vouch for domains of AWS only, and lies in the data directory with mode 0600.\n\nHTTPS_PROXY and NO_PROXY of its own environment say how it reaches the world itself.',
  settings: 'all',
  options: {
    proxyPort: { value: 'port', description: `port of the proxy; default: ${defaultPort}, 0 picks a free one` },
    ...targetOptions,
  },
  examples: [
    { run: 'proxy', means: `the proxy listens on http://127.0.0.1:${defaultPort}, data in ./cairn-data` },
    { run: 'proxy --allow-target 10.0.0.0/8', means: 'AWS has interface endpoints in this network' },
    { run: 'proxy --intercept s3.example.org', means: 'records calls to this store, too' },
  ],
  async run(context, _args, options) {
    const loaded = await context.loadedConfig()
    const { startServer } = await import('@cairn/server')
    const attach = attachProxy(context, loaded.config, {
      port: portOf(options.proxyPort),
      resolve: parseResolve(options.resolve),
      allowed: parseNetworks(options.allowTarget),
      domains: parseDomains(options.intercept),
    })
    const server = await startServer(withQuietLog(loaded, context), attach)
    try {
      const { dataDir } = loaded.config
      const proxy = new URL(findServer(dataDir)?.proxy?.url ?? server.endpoint)
      const where = `Cairn listens on ${server.endpoint}, and its proxy on ${proxy.origin}; its data is in ${dataDir}`
      await context.stdout.line(`${where}. What clients behind the proxy need: cairn env --proxy`)
      await Promise.race([stopAsked(context.signal), server.failed])
    } finally {
      await server.close(context.insistence)
    }
    return exitCodes.done
  },
})

function portOf(text: string | undefined): number {
  const port = text === undefined ? defaultPort : Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new CommandFailure(`--proxy-port does not understand '${text}'.`, { exitCode: exitCodes.usage })
}
