import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { findingClasses } from '@cairn/core/digest'
import type { DigestFinding, FollowStatus } from '@cairn/server/store-imports'
import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { CommandFailure } from '../failure.ts'
import { type Installation, readJson } from '../installation/index.ts'
import { unreadableKeys } from '../offline/public-keys.ts'
import { exitCodeOf } from '../offline/verdict.ts'
import { asTyped } from '../output/as-typed.ts'
import { printable } from '../output/printable.ts'
import { table } from '../output/table.ts'
import { amount, counted, moment } from '../output/words.ts'
import type { StorePlace } from './store-place.ts'

interface FollowOptions {
  readonly account: string | undefined
  readonly since: string | undefined
  readonly queue: string | undefined
  readonly verifyKeys: string | undefined
  readonly json: boolean
}

/** Orders a follow; the server does the rest. */
export async function startFollowing(
  context: Context,
  installation: Installation,
  place: StorePlace,
  { account, since, queue, verifyKeys, json }: FollowOptions,
): Promise<ExitCode> {
  if (installation.endpoint === undefined) {
    throw new CommandFailure('No server runs here, and following is what a server does.', {
      advice: 'Start it with `cairn serve`, or leave out --follow to import what is there.',
    })
  }
  const keys = verifyKeys === undefined ? undefined : await readKeys(resolve(context.folder, verifyKeys))
  const query = { ...place, account, since, queue, verify: keys && 'true' }
  const call = {
    method: 'POST',
    path: '/_cairn/v1/import/follow',
    query,
    ...(keys && { body: onePiece(keys) }),
    signal: context.signal,
  } as const
  const follow = await readJson<FollowStatus>(await installation.call(call))
  await context.stdout.line(
    json
      ? JSON.stringify(follow)
      : asTyped(
          `Follows ${placeOf(follow)} as ${follow.id}: what is there is taken in, then what is added, also after restarts.\nSee how it goes: cairn import --list. End it: cairn import --stop ${follow.id}`,
        ),
  )
  return exitCodes.done
}

export async function listFollows(context: Context, installation: Installation, isJson: boolean): Promise<ExitCode> {
  const call = { method: 'GET', path: '/_cairn/v1/import/follows', signal: context.signal } as const
  const { follows } = await readJson<{ readonly follows: readonly FollowStatus[] }>(await installation.call(call))
  if (isJson) {
    for (const follow of follows) await context.stdout.line(JSON.stringify(follow))
  } else if (follows.length === 0) await context.stdout.line('Nothing is followed.')
  else {
    await context.stdout.line(
      table(['ID', 'PLACE', 'STORE', 'STATE', 'FILES', 'EVENTS', 'LAST LOOK'], follows.map(row)),
    )
    for (const follow of follows) {
      for (const line of troubleLines(follow)) await context.stdout.line(context.stdout.style.yellow(line))
    }
  }
  if (follows.length === 0) return exitCodes.nothingFound
  return exitCodeOf({ findings: follows.flatMap(({ findings = [] }) => findings.map(classed)) })
}

function classed(finding: DigestFinding) {
  return { ...finding, class: findingClasses[finding.kind] }
}

/** Read by the server, which says what is wrong with them. */
async function readKeys(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause) => {
    throw unreadableKeys(path, cause)
  })
}

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

export async function stopFollowing(context: Context, installation: Installation, id: string): Promise<ExitCode> {
  const call = { method: 'POST', path: '/_cairn/v1/import/stop', query: { id }, signal: context.signal } as const
  await readJson(await installation.call(call))
  await context.stdout.line(`${printable(id)} is stopped. What it took in stays.`)
  return exitCodes.done
}

function row(follow: FollowStatus): readonly string[] {
  const { id, store, state, isSwept, files, events, checkedAtMs } = follow
  return [
    id,
    placeOf(follow),
    store,
    isSwept || state === 'failing' ? state : `${state}, older files to come`,
    amount(files),
    amount(events),
    checkedAtMs === undefined ? '-' : moment(checkedAtMs),
  ]
}

/** Findings shown of each follow; `--json` has all. */
const findingsShownMax = 20

function troubleLines({ id, failure, announcements, findings = [] }: FollowStatus): readonly string[] {
  const lines = findings
    .slice(0, findingsShownMax)
    .map(({ sentence, place, kind }) => `${id}: ${printable(sentence)} (${kind}, ${printable(place)})`)
  if (findings.length > lines.length)
    lines.push(`${id}: and ${counted(findings.length - lines.length, 'finding')} more`)
  if (failure) lines.push(`${id}: ${printable(failure.message)} (${failure.code})`)
  if (announcements?.failure) {
    const { code, message } = announcements.failure
    lines.push(`${id}: its queue cannot be read, new files are found by listing: ${printable(message)} (${code})`)
  }
  if (announcements !== undefined && announcements.left > 0) {
    lines.push(
      `${id}: ${counted(announcements.left, 'message')} left in its queue: not understood, or its file cannot be read`,
    )
  }
  return lines
}

function placeOf({ bucket, prefix }: Pick<FollowStatus, 'bucket' | 'prefix'>): string {
  return printable(`s3://${bucket}/${prefix}`)
}
