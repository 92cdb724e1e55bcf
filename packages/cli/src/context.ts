import type { Config, LoadedConfig } from '@cairn/server/config'
import type { Installation } from './installation/index.ts'
import type { Output } from './output/output.ts'

/** What a command may use. Nothing else of the process is its business. */
export interface Context {
  readonly stdout: Output
  readonly stderr: Output
  /** Bytes given by a pipe or file; at once at its end when there is none. */
  readonly stdin: AsyncIterable<Uint8Array>
  /** Current folder: paths given as arguments are relative to it. */
  readonly folder: string
  /** Of this process: for programs it starts. Settings are read from it by `loadedConfig`. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal
  /** Aborted when that is sent again: whoever does so will not wait. */
  readonly insistence?: AbortSignal
  /** Epoch milliseconds. */
  nowMs(): number
  /** Settings in force, with their origins. @throws ConfigFault `config.invalid` */
  loadedConfig(): Promise<LoadedConfig>
  config(): Promise<Config>
  /**
   * The installation in the data directory: through its server when one runs, else opened in this process. The caller
   * disposes of it.
   *
   * @throws CommandFailure when there is none
   */
  installation(): Promise<Installation>
}
