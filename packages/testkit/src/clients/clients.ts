import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { awsCli2, awsCli2Folder, motoFolder, pythonFolder } from './place.ts'

/** A client that is there, or why it is not: tests that need it are then skipped by this name. */
export type Client =
  | { readonly kind: 'present'; readonly program: string }
  | { readonly kind: 'absent'; readonly reason: string }

/** The real clients that the wire tests speak with, as `npm test` provisioned them. */
export interface Clients {
  /** aws-cli 1. */
  readonly aws1: Client
  /** aws-cli 2. */
  readonly aws2: Client
  /** A Python with boto3. */
  readonly python: Client
  /** A Python with moto's server, for upstreams: `python -m moto.server`. */
  readonly moto: Client
}

export function clients(): Clients {
  return {
    aws1: find('aws-cli 1', join(pythonFolder(), 'bin/aws')),
    aws2: find('aws-cli 2', join(awsCli2Folder(), awsCli2.program)),
    python: find('boto3', join(pythonFolder(), 'bin/python')),
    moto: find('moto', join(motoFolder(), 'bin/python')),
  }
}

/** Where a client is; for tests that are skipped without it. */
export function programOf(client: Client): string {
  if (client.kind === 'absent') throw new Error(client.reason)
  return client.program
}

function find(name: string, program: string): Client {
  return existsSync(program)
    ? { kind: 'present', program }
    : { kind: 'absent', reason: `${name} is not provisioned (npm test does it; it needs Linux on x64 and Python 3)` }
}
