import { expect, test } from 'vitest'
import { createNetworks, isNetwork } from './networks.ts'

test('networks are told from what is none', () => {
  expect(['10.0.0.0/8', '::1', 'fd00::/8', '1.2.3.4', '0.0.0.0/0'].map(isNetwork)).toEqual(Array(5).fill(true))
  const others = ['10.0.0.0/33', 'private', '', '10.0.0.0/x', '::/129', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.0/+8']
  expect(others.filter(isNetwork)).toEqual([])
})

test('an address is in a network whatever way it is written', () => {
  const networks = createNetworks(['10.1.0.0/16', '192.0.2.7', 'fd00::/8', '::1'])
  const within = ['10.1.2.3', '::ffff:10.1.2.3', '192.0.2.7', 'fd12::1', '0:0:0:0:0:0:0:1']
  expect(within.filter((address) => !networks.contains(address))).toEqual([])
  expect(['10.2.0.1', '192.0.2.8', 'fe80::1', '::2'].filter((address) => networks.contains(address))).toEqual([])
})
