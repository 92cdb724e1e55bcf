import type { Config } from '@cairn/server/config'
import { type AccountKeys, findServer, type RunningServer, readAccountKeys } from '@cairn/server/local-access'
import { defineCommand } from '../command.ts'
import type { Context } from '../context.ts'
import { exitCodes } from '../exit-code.ts'
import { CommandFailure } from '../failure.ts'
import { requireInstallation } from '../installation/index.ts'
import { asTyped } from '../output/as-typed.ts'
import { clientEnvironment } from '../record/environment.ts'
import { assignments, type Shell, shells } from '../shell/assignments.ts'

/** What would lead an AWS client to other credentials than those that are set here. */
const unset = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_SECURITY_TOKEN']

export const envCommand = defineCommand({
  name: 'env',
  summary: 'Print what makes AWS clients in this shell talk to this installation',
  description:
    'The lines set AWS_ENDPOINT_URL, the keys of the IAM user admin and the region, and unset what would override them. They hold a secret: evaluate them, do not store them.',
  options: {
    shell: { value: 'name', choices: shells, description: 'language of the lines; default: sh' },
    account: { value: 'account', description: "account whose keys to print; default: the installation's own" },
    proxy: { description: 'what leads clients through the forward proxy of `cairn proxy`, with their own keys' },
    root: { description: "the account's root instead of admin, for recovery when a policy locked everybody out" },
  },
  examples: [
    { run: 'env', means: 'shows the lines; to use them: eval "$(cairn env)"' },
    { run: 'env --proxy', means: 'calls to AWS are recorded on their way; to use it: eval "$(cairn env --proxy)"' },
    { run: 'env --shell fish', means: 'for fish; to use them: cairn env --shell fish | source' },
    { run: 'env --account 222222222222', means: 'as admin of another account of this installation' },
  ],
  async run(context, _args, options) {
    const config = await context.config()
    requireInstallation(config.dataDir)
    if (options.proxy) {
      const lines = assignments(shellOf(options.shell), proxySettings(context, config), [])
      await context.stdout.line(lines.join('\n'))
      return exitCodes.done
    }
    const account = options.account ?? config.account
    const key = chooseKey(readAccountKeys(config.dataDir), account, options.root)
    const server = findServer(config.dataDir)
    const lines = assignments(
      shellOf(options.shell),
      {
        AWS_ENDPOINT_URL: server?.endpoint ?? configuredEndpoint(config),
        AWS_ACCESS_KEY_ID: key.accessKeyId,
        AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
        AWS_REGION: config.region,
        AWS_DEFAULT_REGION: config.region,
        ...caBundle(server, config),
      },
      [...unset, ...otherEndpoints(context.environment)],
    )
    await context.stdout.line(lines.join('\n'))
    if (server === undefined) {
      await context.stderr.line(
        asTyped('Nothing runs on this data directory at the moment: start it with `cairn serve`.'),
      )
    }
    return exitCodes.done
  },
})

/** The endpoint of one service goes before that of all. Named only where it is set: there are hundreds of services. */
function otherEndpoints(environment: Context['environment']): readonly string[] {
  return Object.keys(environment).filter((name) =>
    /^AWS_(ENDPOINT_URL_[A-Z0-9_]+|IGNORE_CONFIGURED_ENDPOINT_URLS)$/.test(name),
  )
}

const shellOf = (name: string | undefined) => (name as Shell | undefined) ?? 'sh'

/** What a client's environment would have that this one has not. */
function proxySettings({ environment }: Context, config: Config): Record<string, string> {
  const proxy = findServer(config.dataDir)?.proxy
  if (proxy === undefined) {
    throw new CommandFailure('No forward proxy runs on this data directory.', {
      advice: 'Start it with `cairn proxy`.',
    })
  }
  const { url, bundle, certificate, javaTrust, domains } = proxy
  const settings = {
    proxyUrl: url,
    bundle,
    extraCertificates: certificate,
    javaTrust,
    domains,
    fronts: new Map(),
  }
  const wanted = Object.entries(clientEnvironment(environment, settings))
  return Object.fromEntries(
    wanted.flatMap(([name, value]) => (value === environment[name] ? [] : [[name, value ?? '']])),
  )
}

function chooseKey(accounts: readonly AccountKeys[], account: string, asRoot: boolean) {
  const keys = accounts.find((candidate) => candidate.account === account)
  if (keys === undefined) {
    throw new CommandFailure(`There is no account ${account} in this installation.`, {
      advice: `It has: ${accounts.map((candidate) => candidate.account).join(', ')}. More are made by the setting \`accounts\`.`,
    })
  }
  const key = asRoot ? keys.root : keys.admin
  if (key === undefined) {
    throw new CommandFailure(`The first key of ${asRoot ? 'root' : 'admin'} in ${account} was deleted.`, {
      advice: asRoot ? 'Use a key of an IAM user.' : 'Use a key made since, or `cairn env --root` to make a new one.',
    })
  }
  return key
}

function configuredEndpoint(config: Config): string {
  if (config.port === 0) {
    throw new CommandFailure('The port is chosen when the server starts, and it does not run.', {
      advice: 'Start it with `cairn serve`, then try again.',
    })
  }
  const host = config.host.includes(':') ? `[${config.host}]` : config.host
  return `${config.tlsCert === undefined ? 'http' : 'https'}://${host}:${config.port}`
}

/** So that clients accept a certificate that no public authority signed. */
function caBundle(server: RunningServer | undefined, config: Config): Record<string, string> {
  const certificate = server === undefined ? config.tlsCert : server.tlsCert
  return certificate === undefined ? {} : { AWS_CA_BUNDLE: certificate }
}
