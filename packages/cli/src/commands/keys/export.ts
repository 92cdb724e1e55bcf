import { defineCommand } from '../../command.ts'
import { exitCodes } from '../../exit-code.ts'
import { CommandFailure } from '../../failure.ts'
import { readJson } from '../../installation/index.ts'

export const keysExportCommand = defineCommand({
  name: 'keys export',
  summary: 'Print the public keys that verify digests, of every region and time',
  description:
    'Whoever verifies a copy must have the keys from somewhere that the copy could not be changed from: keep the output apart from the files. Private keys never leave the installation.',
  options: { public: { description: 'the public halves; there is nothing else to export' } },
  examples: [{ run: 'keys export --public > keys.json', means: 'for `cairn verify FOLDER --public-keys keys.json`' }],
  async run(context, _args, options) {
    if (!options.public) {
      throw new CommandFailure('Only public keys are exported.', {
        advice: 'Say so: cairn keys export --public',
        exitCode: exitCodes.usage,
      })
    }
    await using installation = await context.installation()
    const call = { method: 'GET', path: '/_cairn/v1/keys/digest', signal: context.signal } as const
    const { PublicKeyList } = await readJson<{ PublicKeyList: readonly object[] }>(await installation.call(call))
    await context.stdout.line(JSON.stringify({ PublicKeyList }, undefined, 2))
    return exitCodes.done
  },
})
