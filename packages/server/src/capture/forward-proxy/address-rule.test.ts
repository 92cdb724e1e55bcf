import { describe, expect, test } from 'vitest'
import { createAddressRule, isPlainAt } from './address-rule.ts'

const nowhere = { resolve: new Map<string, string>(), allowed: [] }

describe('names', () => {
  test('a name is reached at the address that was judged, the first open one', async () => {
    const rule = createAddressRule({ ...nowhere, lookupAll: async () => ['10.0.0.1', '192.0.2.7', '192.0.2.8'] })
    expect(await rule({ host: 'x.example.org', port: 443 })).toEqual({ host: '192.0.2.7', port: 443 })
  })

  test('a name that leads to inner networks only is refused', async () => {
    const rule = createAddressRule({
      ...nowhere,
      lookupAll: async () => ['127.0.0.1', '::1', 'fe80::1', '::ffff:10.0.0.1'],
    })
    await expect(rule({ host: 'x.example.org', port: 443 })).rejects.toMatchObject({ code: 'proxy.address-refused' })
  })

  test('a name without an address is a fault of its own', async () => {
    const rule = createAddressRule({ ...nowhere, lookupAll: () => Promise.reject(new Error('ENOTFOUND')) })
    await expect(rule({ host: 'x.example.org', port: 443 })).rejects.toMatchObject({ code: 'proxy.host-unknown' })
  })
})

test('networks that were allowed are reached, and no others', async () => {
  const rule = createAddressRule({ resolve: new Map(), allowed: ['10.1.0.0/16', 'fd00::/8'] })
  expect(await rule({ host: '10.1.2.3', port: 1 })).toEqual({ host: '10.1.2.3', port: 1 })
  expect(await rule({ host: 'fd12::1', port: 1 })).toEqual({ host: 'fd12::1', port: 1 })
  await expect(rule({ host: '10.2.0.1', port: 1 })).rejects.toMatchObject({ code: 'proxy.address-refused' })
})

test('a host is reached where it was said to be: the nearest rule wins, and a port goes with it', async () => {
  const resolve = new Map([
    ['*', '127.0.0.1:1'],
    ['*.amazonaws.com', '127.0.0.1:2'],
    ['*.s3.amazonaws.com', '[::1]:3'],
    ['sts.amazonaws.com', 'http://127.0.0.4'],
  ])
  const rule = createAddressRule({ resolve, allowed: [] })
  const places = ['example.org', 'ec2.amazonaws.com', 'a.b.s3.amazonaws.com', 'sts.amazonaws.com'].map((host) =>
    rule({ host, port: 443 }),
  )
  expect(await Promise.all(places)).toEqual([
    { host: '127.0.0.1', port: 1 },
    { host: '127.0.0.1', port: 2 },
    { host: '::1', port: 3 },
    { host: '127.0.0.4', port: 443 },
  ])
  expect(['sts.amazonaws.com', 'ec2.amazonaws.com'].map((host) => isPlainAt(host, resolve))).toEqual([true, false])
})
