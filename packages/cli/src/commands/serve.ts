import type { LoadedConfig } from '@cairn/server/config'
import { isInstallation } from '@cairn/server/local-access'
import { defineCommand } from '../command.ts'
import type { Context } from '../context.ts'
import { exitCodes } from '../exit-code.ts'
import { stopAsked, withQuietLog } from '../foreground.ts'
import { programCall, version } from '../version.ts'

export const serveCommand = defineCommand({
  name: 'serve',
  summary: 'Start the server and stay in the foreground',
  description:
    'The first start creates the data directory, the account, its user admin and their keys. Ctrl-C or SIGTERM finishes what was accepted and ends with exit code 0; sent again, it waits for nothing more. SIGKILL at any moment loses nothing that was answered.\n\nThe options below are the usual ones; every setting can be given as a flag (docs/reference/configuration.md).',
  settings: 'all',
  examples: [
    { run: 'serve', means: 'listens on http://127.0.0.1:4577, data in ./cairn-data' },
    { run: 'serve --port 0 --data-dir /tmp/trial', means: 'on a free port, with data somewhere else' },
    { run: 'serve --mode emulator', means: 'for test suites: any credentials are accepted' },
    { run: 'serve --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem', means: 'for other machines' },
  ],
  async run(context) {
    const loaded = await context.loadedConfig()
    const isFirstStart = !isInstallation(loaded.config.dataDir)
    const { startServer } = await import('@cairn/server')
    const server = await startServer(withQuietLog(loaded, context))
    try {
      await announce(context, loaded, server.endpoint, isFirstStart)
      await Promise.race([stopAsked(context.signal), server.failed])
      if (context.stdout.isTerminal) await context.stdout.line('\nStopping …')
    } finally {
      await server.close(context.insistence)
    }
    return exitCodes.done
  },
})

async function announce(
  context: Context,
  { config }: LoadedConfig,
  endpoint: string,
  isFirstStart: boolean,
): Promise<void> {
  const { stdout } = context
  const isEmulator = config.mode === 'emulator'
  const isTestClock = config.clock !== 'system'
  if (!stdout.isTerminal) {
    const warnings = [
      isEmulator ? '; emulator mode: any credentials are accepted' : '',
      isTestClock ? '; test clock: its times are not real' : '',
    ]
    await stdout.line(`Cairn ${version} listens on ${endpoint}; its data is in ${config.dataDir}${warnings.join('')}`)
    return
  }
  if (isTestClock) {
    const warning =
      'Warning: test clock: the times of events, files and digests are not real. Only for trying things out.'
    await stdout.line(stdout.style.yellow(warning))
  }
  if (isEmulator) {
    const warning =
      'Warning: emulator mode: any credentials are accepted. Not for an audit trail that someone relies on.'
    await stdout.line(stdout.style.yellow(warning))
  }
  const { bold, dim } = stdout.style
  const dataDirFlag = config.dataDir === `${context.folder}/cairn-data` ? '' : ` --data-dir '${config.dataDir}'`
  await stdout.line(
    `
${bold(`Cairn ${version}`)} listens on ${bold(endpoint)}

  data     ${config.dataDir}${isFirstStart ? ' (new)' : ''}
  account  ${config.account}, region ${config.region}${isEmulator ? ', emulator mode' : ''}

Next, in another terminal${dataDirFlag === '' ? ' in this folder' : ''}:

  eval "$(${programCall} env${dataDirFlag})"     ${dim('# AWS clients in that shell now talk to Cairn')}
  aws cloudtrail describe-trails

${dim('Ctrl-C stops it.')}`,
  )
}
