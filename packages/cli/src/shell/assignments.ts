/** Shells whose language `cairn env` speaks. `sh` covers bash, zsh and every other POSIX shell. */
export const shells = ['sh', 'fish', 'powershell'] as const

export type Shell = (typeof shells)[number]

/**
 * Statements that set and unset variables of the environment, one a line. Values are quoted so that whatever they
 * hold stays text: they are run by `eval`.
 */
export function assignments(
  shell: Shell,
  set: Readonly<Record<string, string>>,
  unset: readonly string[],
): readonly string[] {
  const { assign, remove } = dialects[shell]
  return [...Object.entries(set).map(([name, value]) => assign(name, value)), ...unset.map(remove)]
}

interface Dialect {
  assign(name: string, value: string): string
  remove(name: string): string
}

const dialects: Readonly<Record<Shell, Dialect>> = {
  sh: {
    assign: (name, value) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`,
    remove: (name) => `unset ${name}`,
  },
  fish: {
    assign: (name, value) => `set -gx ${name} '${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}';`,
    remove: (name) => `set -e ${name};`,
  },
  powershell: {
    // PowerShell takes typographic quotes for quotes, too.
    assign: (name, value) => `$env:${name} = '${value.replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`,
    remove: (name) => `Remove-Item Env:${name} -ErrorAction SilentlyContinue`,
  },
}
