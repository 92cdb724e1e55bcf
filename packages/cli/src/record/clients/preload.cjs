// Loaded into Node programs by `cairn record` (NODE_OPTIONS). Clients of AWS in Node make agents of their own that know
// no proxy; this gives every agent of http and https, and fetch, the way through the session's proxy, for hosts of AWS
// only. Plain CommonJS that old versions of Node can read: whatever the program runs on must still start.
'use strict'

const http = require('node:http')
const https = require('node:https')
const tls = require('node:tls')
const routeFetch = require('./fetch.cjs')

const domains = (process.env.CAIRN_RECORD_DOMAINS || '').split(',').filter(Boolean)
const fronts = (process.env.CAIRN_RECORD_FRONTS || '').split(',').filter(Boolean)
const connectTimeoutMs = 10000

function isOfAws(host) {
  const name = String(host || '').toLowerCase()
  return domains.some((domain) => name === domain || name.endsWith(`.${domain}`))
}

// Read at each connection: tests mark theirs by the user name in it.
function currentProxy() {
  const url = process.env.HTTPS_PROXY || process.env.CAIRN_RECORD_PROXY
  try {
    return url ? new URL(url) : undefined
  } catch {
    return undefined
  }
}

function tunnel(proxy, host, port, done) {
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`
  const request = http.request({
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: proxy.port || 80,
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` },
    agent: false,
    timeout: connectTimeoutMs,
  })
  request.once('timeout', () => request.destroy(new Error('the proxy of cairn record does not answer')))
  request.once('error', done)
  request.once('connect', (answer, socket, head) => {
    socket.setTimeout(0)
    if (head.length > 0) socket.unshift(head)
    if (answer.statusCode === 200) return done(null, socket)
    const said = []
    socket.on('data', (chunk) => said.push(chunk))
    socket.once('close', () =>
      done(new Error(Buffer.concat(said).toString() || 'refused by the proxy of cairn record')),
    )
  })
  request.end()
}

function throughProxy(agentClass, isTls) {
  const direct = agentClass.prototype.createConnection
  agentClass.prototype.createConnection = function createConnection(...all) {
    const [options, callback] = all
    // Not the server name: that follows the Host header, and this very function asks the proxy with one of AWS.
    const host = options && (options.host || options.hostname)
    const proxy = isOfAws(host) && !options.socketPath && typeof callback === 'function' ? currentProxy() : undefined
    if (proxy === undefined) return direct.apply(this, all)
    tunnel(proxy, host, options.port || (isTls ? 443 : 80), (error, socket) => {
      if (error) return callback(error)
      if (!isTls) return callback(null, socket)
      callback(
        null,
        tls.connect(Object.assign({}, options, { socket, servername: options.servername || host, path: undefined })),
      )
    })
    return undefined
  }
}

throughProxy(http.Agent, false)
throughProxy(https.Agent, true)

// A test that keeps its connections between tests marks each request instead. The header is not part of the signature,
// which stands by now, and the session takes it off again. An empty one says that the request is of no test, whichever
// opened its connection.
function markFor(hostname, authority) {
  const mark = process.env.CAIRN_MARK
  return mark !== undefined && (isOfAws(hostname) || fronts.includes(authority))
    ? encodeURIComponent(mark).slice(0, 1024)
    : undefined
}

const addRequest = http.Agent.prototype.addRequest
http.Agent.prototype.addRequest = function addMarkedRequest(...all) {
  const [request, options] = all
  const mark = options && markFor(options.host, `${options.host}:${options.port}`)
  if (mark !== undefined && !request.headersSent) request.setHeader('x-cairn-mark', mark)
  return addRequest.apply(this, all)
}

routeFetch({
  isRouted: (hostname) => isOfAws(hostname) && currentProxy() !== undefined,
  tunnel: (hostname, port, done) => tunnel(currentProxy(), hostname, port, done),
  mark: markFor,
})
