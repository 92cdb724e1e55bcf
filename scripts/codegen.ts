/**
 * Writes what is derived: models/, the operations' types and registries, the index of commands, reference pages.
 *
 *     node scripts/codegen.ts            write
 *     node scripts/codegen.ts --check    write nothing; exit 1 and name the files that would change
 *     node scripts/codegen.ts --routes   models/routes too: seconds of work on what changes with the pinned wheel only
 *
 * The models come from pinned wheels (codegen/wheel.ts), which only writing fetches. Where they are not at hand the
 * committed models stand and everything else is derived from them, so both forms work offline.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type ServiceModel, type ServiceName, serviceNames } from '../packages/aws-kit/src/model/index.ts'
import { bucketActionsText } from './codegen/bucket-actions.ts'
import { cliPage } from './codegen/cli-page.ts'
import { commandsText, loadCommands } from './codegen/commands.ts'
import { configurationPage } from './codegen/configuration-page.ts'
import { corrected } from './codegen/corrections.ts'
import { coveragePage } from './codegen/coverage-page.ts'
import { deviationsPage } from './codegen/deviations-page.ts'
import { lakeFunctionsPage } from './codegen/lake-functions-page.ts'
import { operationTypes } from './codegen/operation-types.ts'
import { inQueryProtocol, queryErrorsOf } from './codegen/query-names.ts'
import { coverageOf, endpointsText, operationsText } from './codegen/registry.ts'
import { routes } from './codegen/routes.ts'
import type { ServiceDefinition } from './codegen/service-definition.ts'
import { modelText, toServiceModel } from './codegen/service-model.ts'
import { openWheel, origin, pin, queryPin, type Wheel } from './codegen/wheel.ts'

const root = join(import.meta.dirname, '..')
const apiFolder = join(root, 'packages/server/src/api')

/** Folder of each service's definition in the wheel; the version is part of the pin. */
const definitionVersions: Readonly<Record<ServiceName, string>> = {
  cloudtrail: '2013-11-01',
  'cloudtrail-data': '2021-08-11',
  s3: '2006-03-01',
  sts: '2011-06-15',
  iam: '2010-05-08',
  kms: '2014-11-01',
  sqs: '2012-11-05',
  athena: '2017-05-18',
}

/** Where the models come from: the definitions of today, and those from before JSON. */
interface Wheels {
  readonly today: Wheel
  readonly query: Wheel
}

function readDefinition(service: ServiceName, wheel: Wheel): ServiceDefinition {
  const folder = `botocore/data/${service}/${definitionVersions[service]}`
  // Older wheels have it as it is.
  const path = wheel.paths.find((each) => each.startsWith(`${folder}/service-2.json`)) ?? folder
  return JSON.parse(wheel.read(path).toString('utf8')) as ServiceDefinition
}

function dump(service: ServiceName, { today, query }: Wheels): ServiceModel {
  const definition = corrected(service, readDefinition(service, today))
  return toServiceModel(
    service,
    definition,
    service === 'sqs' ? { queryErrors: queryErrorsOf(readDefinition(service, query)) } : {},
  )
}

/**
 * SQS as clients from before it spoke JSON read and write it.
 *
 * @source SQS Developer Guide, making Query API requests: the endpoint of a call is its queue's URL
 */
function dumpSqsQuery({ today, query }: Wheels): ServiceModel {
  const old = readDefinition('sqs', query)
  const definition = inQueryProtocol(corrected('sqs', readDefinition('sqs', today)), old)
  return toServiceModel('sqs', definition, { queryErrors: queryErrorsOf(old), pathMember: 'QueueUrl' })
}

function committed(service: ServiceName): ServiceModel {
  return JSON.parse(readFileSync(join(root, `models/${service}.json`), 'utf8')) as ServiceModel
}

/** Path below the root → text. */
async function derive(wheels: Wheels | undefined): Promise<Map<string, string>> {
  const models = serviceNames.map((service) => (wheels === undefined ? committed(service) : dump(service, wheels)))
  const coverage = models.map((model) => coverageOf(model, apiFolder))
  const generated = 'packages/server/src/api/generated'
  const files = new Map<string, string>()
  for (const model of models) {
    if (wheels !== undefined) files.set(`models/${model.service}.json`, modelText(model))
    files.set(`${generated}/${model.service}.ts`, operationTypes(model))
  }
  if (wheels !== undefined) files.set('models/sqs-query.json', modelText(dumpSqsQuery(wheels)))
  files.set(`${generated}/operations.ts`, operationsText(coverage))
  files.set(`${generated}/endpoints.ts`, endpointsText(apiFolder))
  files.set('docs/reference/coverage.md', coveragePage(coverage))
  files.set('packages/server/src/buckets/generated/actions.ts', await bucketActionsText())
  const commands = await loadCommands(join(root, 'packages/cli/src/commands'))
  files.set('packages/cli/src/generated/commands.ts', commandsText(commands))
  files.set('docs/reference/cli.md', cliPage(commands))
  files.set('docs/reference/configuration.md', configurationPage())
  files.set('docs/reference/deviations.md', deviationsPage(root))
  files.set('docs/reference/lake-functions.md', lakeFunctionsPage())
  if (wheels !== undefined && process.argv.includes('--routes')) {
    for (const [path, text] of await routes(root, wheels.today)) files.set(path, text)
  }
  return files
}

const cacheFolder = join(root, '.cache')
mkdirSync(cacheFolder, { recursive: true })
const isCheck = process.argv.includes('--check')
const today = openWheel(pin, cacheFolder, !isCheck)
const query = openWheel(queryPin, cacheFolder, !isCheck)
const wheels = today && query && { today, query }
if (wheels === undefined)
  process.stdout.write(`${origin} and ${queryPin.version} are not at hand: taking the committed models as they are\n`)

const changed = [...(await derive(wheels))].filter(([path, text]) => {
  const file = join(root, path)
  return !existsSync(file) || readFileSync(file, 'utf8') !== text
})
if (isCheck) {
  for (const [path] of changed) process.stdout.write(`${path} differs from what scripts/codegen.ts writes\n`)
  process.exitCode = changed.length === 0 ? 0 : 1
} else {
  for (const [path, text] of changed) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    process.stdout.write(`wrote ${path}\n`)
  }
}
