import { createTestInstallation, type Sent } from '../../http/installation.fixture.ts'

export const account = '123456789012'
export const otherAccount = '210987654321'

const category = (name: string) => [{ FieldSelectors: [{ Field: 'eventCategory', Equals: [name] }] }]
export const outsideEvents = category('ActivityAuditLog')
export const insightEvents = category('Insight')

/** An installation of two accounts whose calls answer bodies, and what tests of event data stores make most. */
export async function createLakeCaller(flags: Readonly<Record<string, string>> = {}) {
  const cairn = await createTestInstallation({ accounts: otherAccount, ...flags })
  const other = cairn.keys.accounts.find((keys) => keys.account === otherAccount)?.admin
  if (other === undefined) throw new TypeError('the other account has no administrator')
  const call = async (name: string, input: object, sent: Sent = {}) => (await cairn.call(name, input, sent)).body

  async function createStore(Name: string, more: object = {}, sent: Sent = {}): Promise<string> {
    const settings = { Name, TerminationProtectionEnabled: false, ...more }
    return String((await call('CreateEventDataStore', settings, sent)).EventDataStoreArn)
  }

  async function createChannel(Name: string, stores: readonly string[], more: object = {}): Promise<string> {
    const Destinations = stores.map((Location) => ({ Type: 'EVENT_DATA_STORE', Location }))
    return String((await call('CreateChannel', { Name, Source: 'Custom', Destinations, ...more })).ChannelArn)
  }

  return { ...cairn, other, call, createStore, createChannel }
}

export function failure(code: string, message?: string): object {
  return { __type: code, ...(message !== undefined && { message }) }
}
