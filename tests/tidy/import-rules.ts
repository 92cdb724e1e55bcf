import { files, type Source } from './repository.ts'

/** Which of our packages each package may import. testkit is for tests and for nothing else. */
const packagesBelow: Readonly<Record<string, readonly string[]>> = {
  'aws-kit': [],
  core: ['aws-kit'],
  server: ['aws-kit', 'core'],
  cli: ['aws-kit', 'core', 'server'],
  testkit: ['aws-kit', 'core', 'server'],
}

/** Folders of the server that are not capabilities, and what each may import besides core, ports and faults. */
const layers = ['http', 'api', 'config', 'ports', 'storage', 'profiles', 'local-access'] as const
type Layer = (typeof layers)[number] | 'capability' | 'assembly' | 'shared'

const layersBelow: Readonly<Record<Layer, readonly Layer[]>> = {
  assembly: [
    'assembly',
    'http',
    'api',
    'capability',
    'config',
    'ports',
    'profiles',
    'storage',
    'local-access',
    'shared',
  ],
  http: ['api', 'capability', 'ports', 'shared'],
  api: ['capability', 'ports', 'shared'],
  capability: ['capability', 'ports', 'shared'],
  profiles: ['storage', 'capability', 'config', 'ports', 'shared'],
  storage: ['storage', 'ports', 'shared'],
  ports: ['ports', 'shared'],
  config: ['shared'],
  'local-access': ['shared'],
  shared: ['shared'],
}

/**
 * Files that stand for their layer to everyone above it: contracts, one per file. Everything else is reached through
 * its folder's index.ts.
 */
const openFiles =
  /^packages\/server\/src\/(ports\/[^/]+|runtime\/[^/]+|fault|http-message|api\/(operation|endpoint|capabilities|generated\/[^/]+)|profiles\/[^/]+)\.ts$/

/** Of the server's own folder: what anyone may need. The other files there make the objects. */
const sharedFiles: ReadonlySet<string> = new Set(['fault.ts', 'http-message.ts'])

/** What is wrong with one import, or nothing. */
export function importProblem(source: Source, target: string): string | undefined {
  return betweenPackages(source, target) ?? purity(source, target) ?? withinServer(source, target)
}

function betweenPackages({ path, isTest }: Source, target: string): string | undefined {
  const home = /^packages\/([^/]+)\//.exec(path)?.[1]
  if (home === undefined) return undefined
  const relativeHome = /^packages\/([^/]+)\//.exec(target)?.[1]
  if (relativeHome !== undefined && relativeHome !== home) return 'reaches into another package by path'
  const imported = /^@cairn\/([^/]+)/.exec(target)?.[1]
  if (imported === undefined || imported === home) return undefined
  if (isTest && imported === 'testkit') return undefined
  return packagesBelow[home]?.includes(imported) ? undefined : `${home} may not import ${imported}`
}

function purity({ path, isTest }: Source, target: string): string | undefined {
  const isCore = path.startsWith('packages/core/') && !isTest
  return isCore && target.startsWith('node:') ? 'core runs anywhere: no node: modules' : undefined
}

function withinServer({ path, isTest }: Source, target: string): string | undefined {
  const from = place(path)
  const to = place(target)
  if (isTest || from === undefined || to === undefined) return undefined
  if (from.layer === to.layer && from.folder === to.folder) return undefined
  if (!layersBelow[from.layer].includes(to.layer)) return `${from.layer} may not import ${to.layer}`
  if (openFiles.test(target) || target.endsWith('/index.ts') || to.layer === 'assembly') return undefined
  // A capability always has an index. A folder of independent adapters, as storage/memory is, need not.
  const hasIndex = to.layer === 'capability' || files.includes(`packages/server/src/${to.folder}/index.ts`)
  return hasIndex ? `reaches into ${to.folder}: import its index.ts` : undefined
}

/** `folder` is the unit that has an index: a capability, one technology of storage, a layer. */
function place(path: string): { readonly layer: Layer; readonly folder: string } | undefined {
  const below = /^packages\/server\/src\/(.+)$/.exec(path)?.[1]
  if (below === undefined) return undefined
  const [first = '', second = ''] = below.split('/')
  if (!below.includes('/')) return { layer: sharedFiles.has(first) ? 'shared' : 'assembly', folder: '' }
  if (first === 'context') return { layer: 'assembly', folder: '' }
  if (first === 'telemetry' || first === 'runtime') return { layer: 'shared', folder: first }
  if (first === 'storage') return { layer: 'storage', folder: `storage/${second}` }
  if (first === 'capture' || first === 'lake') return { layer: 'capability', folder: `${first}/${second}` }
  const layer = layers.find((candidate) => candidate === first)
  return { layer: layer ?? 'capability', folder: first }
}
