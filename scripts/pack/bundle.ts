import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, type Metafile, type Plugin } from 'esbuild'

/** The one package that cannot be bundled. */
export const nativeDependency = '@duckdb/node-api'

/**
 * Bundles the command line, the server and their workers into one folder of plain JavaScript. Every worker is a file
 * of its own there, so the one way in which sources start workers (tests/tidy.test.ts) is rewritten to its new name.
 */
export async function bundle(root: string, outdir: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [join(root, 'packages/cli/src/main.ts'), ...workers(root)],
    outdir,
    bundle: true,
    splitting: true,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    entryNames: '[name]',
    chunkNames: 'chunk-[hash]',
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: true,
    legalComments: 'none',
    // A native library: installed beside the package, loaded by the processes of the query engine only.
    external: [nativeDependency],
    // Dependencies in CommonJS ask for Node's own modules in this way.
    banner: {
      js: "import { createRequire as _createRequire } from 'node:module';const require = _createRequire(import.meta.url);",
    },
    plugins: [movedPlaces],
    logLevel: 'warning',
  })
  return metafile
}

function workers(root: string): readonly string[] {
  return readdirSync(join(root, 'packages'), { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && entry.name.endsWith('.worker.ts') && !entry.parentPath.includes('node_modules'),
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/** Where the package has what sources find beside themselves: workers and the tables of routes. */
const movedPlaces: Plugin = {
  name: 'moved-places',
  setup({ onLoad }) {
    onLoad({ filter: /packages\/.*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      if (!source.includes('.worker.ts') && !source.includes(routesInSources)) return undefined
      const contents = source
        .replace(/(new URL\('\.\/[a-z-]+\.worker)\.ts'/g, "$1.js'")
        .replaceAll(routesInSources, routesInPackage)
      return { contents, loader: 'ts', resolveDir: join(path, '..') }
    })
  },
}

const routesInSources = "new URL('../../../../models/routes/', import.meta.url)"
const routesInPackage = "new URL('./routes/', import.meta.url)"
