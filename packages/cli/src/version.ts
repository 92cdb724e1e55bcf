import cliPackage from '../package.json' with { type: 'json' }

/** The release this program belongs to; all packages of the repository share it. */
export const version: string = cliPackage.version

/**
 * How a person runs this program: from the sources inside the repository, from the bundle anywhere else. `cairn` on
 * the registry is another project.
 */
export const programCall: string = import.meta.filename.endsWith('.ts') ? 'npx cairn' : 'npx cairntrail'
