import type { LoadedConfig } from './load.ts'
import { type Setting, settings } from './schema.ts'
import { formatDuration, formatSize } from './setting.ts'

/** One setting in force and who said so. */
export interface EffectiveSetting {
  readonly key: string
  /** In the way a file would write it; `undefined` for a setting that is unset and has no default. */
  readonly value: unknown
  readonly origin: string
}

/** Every setting in force, in the order of the reference. No setting is a secret: those live in files of their own. */
export function describeConfig(loaded: LoadedConfig): readonly EffectiveSetting[] {
  return settings.map((setting) => {
    const value = setting.path.reduce<unknown>(
      (parent, name) => (parent as Readonly<Record<string, unknown>>)[name],
      loaded.config,
    )
    const origin = loaded.origins.get(setting.key)
    return {
      key: setting.key,
      value: asWritten(setting, value),
      origin: origin === undefined || origin.kind === 'default' ? 'default' : origin.place,
    }
  })
}

/** A value in the spelling of files: `30d` instead of milliseconds, `2MiB` instead of bytes. */
export function asWritten(setting: Setting, value: unknown): unknown {
  if (typeof value !== 'number' || setting.unit === undefined) return value
  return setting.unit === 'duration' ? formatDuration(value) : formatSize(value)
}
