import type { Problem } from './rule.ts'
import { type Setting, settings } from './schema.ts'

/** Where a setting's value came from, weakest first. */
export type Origin =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly place: string }
  | { readonly kind: 'environment'; readonly place: string }
  | { readonly kind: 'flag'; readonly place: string }

/** A value as some source gave it: not yet checked. */
export interface Given {
  readonly setting: Setting
  readonly value: unknown
  readonly origin: Origin
  /** Folder that a relative path is relative to. */
  readonly folder: string
}

/** What a source holds: settings it gives, and what it says that is no setting. */
export interface Source {
  readonly given: readonly Given[]
  readonly problems: readonly Problem[]
}

/**
 * Reads `CAIRN_…` variables. `CAIRN_CONFIG` names the file and is no setting; `CAIRN_TEST_…` belongs to the test
 * suite, `CAIRN_RECORD_…` to programs whose calls are recorded, a shell with `cairn env --proxy` among them. Every
 * other name that is no setting is a problem.
 */
export function environmentSource(variables: Readonly<Record<string, string | undefined>>, folder: string): Source {
  const given: Given[] = []
  const problems: Problem[] = []
  for (const [name, value] of Object.entries(variables)) {
    if (!name.startsWith('CAIRN_') || name === 'CAIRN_CONFIG' || /^CAIRN_(TEST|RECORD)_/.test(name)) continue
    const setting = settings.find((candidate) => candidate.variable === name)
    if (setting === undefined) problems.push({ problem: unknownVariable(name), place: name })
    else given.push({ setting, value, origin: { kind: 'environment', place: name }, folder })
  }
  return { given, problems }
}

function unknownVariable(name: string): string {
  if (/^CAIRN_(SERVICE_(HOST|PORT)|PORT_\d)/.test(name)) {
    return 'is set by Kubernetes for a service named cairn: set enableServiceLinks: false on the pod'
  }
  return `is no setting${suggestion(
    name,
    settings.map((setting) => setting.variable),
  )}`
}

/** Flags as the command line parsed them: by setting key, text or `true` for a switch. */
export function flagSource(flags: Readonly<Record<string, string | boolean>>, folder: string): Source {
  const given: Given[] = []
  const problems: Problem[] = []
  for (const [key, value] of Object.entries(flags)) {
    const setting = settings.find((candidate) => candidate.key === key)
    if (setting === undefined) problems.push({ problem: 'is no setting', place: key })
    else given.push({ setting, value, origin: { kind: 'flag', place: setting.flag }, folder })
  }
  return { given, problems }
}

/** `; did you mean port?` for the nearest known name, or nothing when none is near. */
export function suggestion(name: string, known: readonly string[]): string {
  const nearest = known
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0]
  if (nearest === undefined || nearest.distance > Math.max(2, name.length / 4)) return ''
  return `; did you mean ${nearest.candidate}?`
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
