import type { Channel, ChannelConflict } from '../../lake/channels/index.ts'
import type { Fail } from '../operation.ts'

/** Ends a call that would leave a channel as it cannot be. */
export function failChannelConflict(
  conflict: ChannelConflict,
  { name, source }: Pick<Channel, 'name' | 'source'>,
  fail: Fail<'ChannelAlreadyExistsException' | 'EventDataStoreNotFoundException'>,
): never {
  switch (conflict.kind) {
    case 'name-taken':
      return fail('ChannelAlreadyExistsException', `A channel named ${name} already exists in this account.`)
    case 'source-taken':
      return fail('ChannelAlreadyExistsException', `A channel for the source ${source} already exists in this account.`)
    case 'unfit-store':
      return fail('EventDataStoreNotFoundException', `The event data store ${conflict.store} was not found.`)
  }
}
