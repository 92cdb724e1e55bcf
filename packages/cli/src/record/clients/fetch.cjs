// Gives `fetch` of Node programs the way through the session's proxy; a part of preload.cjs. Node's copy of undici cannot
// be required: its classes are reached by the dispatcher that it leaves on the global object, once fetch is called.
'use strict'

const tls = require('node:tls')

// Where undici 8 and those before it look for the dispatcher; 8 leaves one for the others, too.
const latest = Symbol.for('undici.globalDispatcher.2')
const former = Symbol.for('undici.globalDispatcher.1')

module.exports = function routeFetch(way) {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, 'fetch')
  if (!descriptor || typeof descriptor.value !== 'function' || !descriptor.configurable) return
  const original = descriptor.value
  // Loading it takes a good part of a program's start, so it is left until somebody calls it.
  const value = function fetch(...all) {
    if (globalThis.fetch === value) Object.defineProperty(globalThis, 'fetch', descriptor)
    install(way)
    return original.apply(this, all)
  }
  Object.defineProperty(globalThis, 'fetch', Object.assign({}, descriptor, { value }))
}

function install(way) {
  void globalThis.Response
  const place = globalThis[latest] ? latest : former
  const direct = globalThis[place]
  // A program that has set a dispatcher knows what it wants, and one that is routed already needs no other.
  if (direct?.constructor.name !== 'Agent') return
  const routed = new (routedAgent(direct, way))()
  globalThis[place] = routed
  const forFormer = globalThis[former]
  if (place === latest && forFormer && forFormer.constructor.name === 'Dispatcher1Wrapper') {
    globalThis[former] = new forFormer.constructor(routed)
  }
}

function routedAgent(direct, { isRouted, tunnel, mark }) {
  return class RoutedAgent extends direct.constructor {
    constructor() {
      super({ connect: connectThrough(tunnel) })
    }

    dispatch(options, handler) {
      const { hostname, host } = new URL(options.origin)
      const marked = Object.assign({}, options, { headers: withMark(options.headers, mark(hostname, host)) })
      return isRouted(hostname) ? super.dispatch(marked, handler) : direct.dispatch(marked, handler)
    }
  }
}

// What undici asks of a connector: a socket that is ready, with TLS where the protocol wants it.
function connectThrough(tunnel) {
  return ({ hostname, port, protocol, servername }, callback) => {
    const isTls = protocol === 'https:'
    tunnel(hostname, Number(port) || (isTls ? 443 : 80), (error, socket) => {
      if (error) return callback(error, null)
      if (!isTls) return callback(null, socket)
      const secure = tls.connect({ socket, servername: servername || hostname, ALPNProtocols: ['http/1.1'] })
      const onError = (reason) => callback(reason, null)
      secure.once('error', onError)
      secure.once('secureConnect', () => {
        secure.removeListener('error', onError)
        callback(null, secure)
      })
    })
  }
}

// Headers come as names and values in turn, or by name.
function withMark(headers, value) {
  if (value === undefined) return headers
  if (Array.isArray(headers)) return headers.concat('x-cairn-mark', value)
  return Object.assign({}, headers, { 'x-cairn-mark': value })
}
