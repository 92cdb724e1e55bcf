import { exitCodes } from '../exit-code.ts'
import { CommandFailure } from '../failure.ts'

/** A place in a store as the endpoints take it. */
export interface StorePlace {
  readonly store: string
  readonly bucket: string
  readonly prefix: string
}

interface PlaceOptions {
  readonly fromStore: string | undefined
  readonly since: string | undefined
  readonly until: string | undefined
  readonly follow: boolean
}

/**
 * Where in a store a command line wants to import from; `undefined` when it names files of this machine.
 *
 * @throws CommandFailure with exit code `usage`
 */
export function storePlace(paths: readonly string[], options: PlaceOptions): StorePlace | undefined {
  const ofStores = paths.filter((path) => path.startsWith('s3://'))
  if (ofStores.length === 0) {
    const given = (['fromStore', 'since', 'until', 'follow'] as const).find((name) => options[name])
    if (given === undefined) return undefined
    throw usage(
      `--${given === 'fromStore' ? 'from-store' : given} goes with a place in a store, such as s3://bucket/AWSLogs/.`,
    )
  }
  if (paths.length > 1) throw usage('One place in a store is imported at a time, and nothing beside it.')
  if (options.fromStore === undefined) {
    throw usage('Which store is it in? Add --from-store NAME; `cairn config print` shows the names under stores.')
  }
  const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]*)\/?(.*)$/s.exec(paths[0] ?? '') ?? []
  if (bucket === '') throw usage('A place in a store is written s3://bucket/prefix/.')
  return { store: options.fromStore, bucket, prefix }
}

function usage(message: string): CommandFailure {
  return new CommandFailure(message, { advice: 'See: cairn import --help', exitCode: exitCodes.usage })
}
