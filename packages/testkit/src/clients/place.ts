import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where provisioned clients lie: inside the repository, ignored by git. */
export const clientsFolder = join(import.meta.dirname, '../../../../.cache/clients')

export const requirementsFile = join(import.meta.dirname, 'requirements.txt')

export const motoRequirementsFile = join(import.meta.dirname, 'moto-requirements.txt')

/** The package from the npm registry that carries the current aws-cli 2, as one archive for Linux on x64. */
export const awsCli2 = {
  package: '@aws-cdk/asset-awscli-v2',
  version: '2.0.186',
  archive: 'aws-cdk-asset-awscli-v2-2.0.186.tgz',
  sha512: 'W3j4xqq9DMz/FucGw1LbQCoG80uVKQa/gdq6w7FzecGsg8Zwwj6S+VlPw7QbOr+ICxVA5fIjUZ5aekbnHegyGQ==',
  program: 'awscli/v2/2.36.12/dist/aws',
} as const

/** Folders named by what is in them: a changed pin is a new folder, so nothing is ever half updated. */
export function pythonFolder(): string {
  return join(clientsFolder, `python-${digest(readFileSync(requirementsFile))}`)
}

export function motoFolder(): string {
  return join(clientsFolder, `moto-${digest(readFileSync(motoRequirementsFile))}`)
}

export function awsCli2Folder(): string {
  return join(clientsFolder, `aws-cli-2-${digest(Buffer.from(awsCli2.sha512))}`)
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 12)
}
