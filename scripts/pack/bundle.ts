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
    plugins: [asInSources],
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

/**
 * What sources rely on and a bundle has otherwise: where workers and the tables of routes are, and that a package in
 * CommonJS gives by its names what it exports, also to who imports it only when it is needed.
 */
const asInSources: Plugin = {
  name: 'as-in-sources',
  setup({ onLoad }) {
    onLoad({ filter: /packages\/.*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      const contents = source
        .replace(importedLater, `await import('$1').then(${named})`)
        .replace(/(new URL\('\.\/[a-z-]+\.worker)\.ts'/g, "$1.js'")
        .replaceAll(routesInSources, routesInPackage)
      return contents === source ? undefined : { contents, loader: 'ts', resolveDir: join(path, '..') }
    })
  },
}

/** A package of others that is imported when it is needed. */
const importedLater = /await import\('(?!\.|node:|@cairn\/)([^']+)'\)/g
/** Bundled, CommonJS has a default export alone. Node adds the names, and so does this. */
const named = `(all) => (Object.keys(all).join() === 'default' ? { ...all.default, default: all.default } : all)`

const routesInSources = "new URL('../../../../models/routes/', import.meta.url)"
const routesInPackage = "new URL('./routes/', import.meta.url)"
