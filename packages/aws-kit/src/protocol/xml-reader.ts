import { ProtocolError } from './protocol-error.ts'

/** An element with its namespace prefixes taken off: no AWS document means two things by one local name. */
export interface XmlElement {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** Character data directly inside, in order, joined. */
  readonly text: string
}

interface OpenElement {
  readonly qualifiedName: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: XmlElement[]
  text: string
}

/** The deepest S3 document has 9 levels. */
const depthMax = 64
/** CompleteMultipartUpload with 10,000 parts of 8 elements each is the largest that is legal. */
const elementsMax = 100_000

const whitespace = /[ \t\r\n]*/y
const nameToken = /[A-Za-z_\u0080-\uffff][\w.:\-\u0080-\uffff]*/y
const attributeToken =
  /[ \t\r\n]+([A-Za-z_\u0080-\uffff][\w.:\-\u0080-\uffff]*)[ \t\r\n]*=[ \t\r\n]*(?:"([^"<]*)"|'([^'<]*)')/y
const reference = /&([^;&]{0,10};?)/g
const named: Readonly<Record<string, string>> = { 'lt;': '<', 'gt;': '>', 'amp;': '&', 'quot;': '"', 'apos;': "'" }
const decoder = new TextDecoder('utf-8', { fatal: true })
const lenientDecoder = new TextDecoder()

/**
 * Reads one document, in one pass and linear time. The grammar is XML 1.0 without document types, hence without
 * entities of its own, external or exploding:
 *
 *     document = [ BOM ] *misc element *misc          misc = comment / instruction / white space
 *     element  = "<" name *( S name "=" quoted ) [S] ( "/>" / ">" content "</" name [S] ">" )
 *     content  = *( text / reference / element / cdata / comment / instruction )
 *     reference = "&" ( "lt" / "gt" / "amp" / "quot" / "apos" / "#" 1*DIGIT / "#x" 1*HEX ) ";"
 *
 * @throws ProtocolError `MalformedXML`
 */
export function readXmlDocument(body: Uint8Array): XmlElement {
  return new XmlReader(decode(body)).readDocument()
}

/**
 * What can be read of a document that may be cut off anywhere or be wrong: whole elements up to that place, and those
 * around them. `undefined` when not even the root's start tag is there. Never throws.
 */
export function readXmlHead(body: Uint8Array): XmlElement | undefined {
  return new XmlReader(lenientDecoder.decode(body)).readHead()
}

function decode(body: Uint8Array): string {
  try {
    return decoder.decode(body).replace(/\r\n?/g, '\n')
  } catch (cause) {
    throw malformed(cause)
  }
}

/** S3's one sentence for everything that is wrong with a document. */
export function malformed(cause?: unknown): ProtocolError {
  const message = 'The XML you provided was not well-formed or did not validate against our published schema'
  return new ProtocolError('MalformedXML', message, { cause })
}

class XmlReader {
  readonly #source: string
  readonly #open: OpenElement[] = []
  #root: XmlElement | undefined
  #at = 0
  #elements = 0

  constructor(source: string) {
    this.#source = source
  }

  readDocument(): XmlElement {
    this.#readAll()
    if (this.#root === undefined || this.#open.length > 0) throw malformed()
    return this.#root
  }

  readHead(): XmlElement | undefined {
    try {
      this.#readAll()
    } catch (cause) {
      if (!(cause instanceof ProtocolError)) throw cause
    }
    for (let last = this.#open.pop(); last !== undefined; last = this.#open.pop()) {
      // What an element without children says may be half of what it was going to say.
      if (last.children.length > 0 || this.#open.length === 0) this.#place(toElement({ ...last, text: '' }))
    }
    return this.#root
  }

  #readAll(): void {
    const open = this.#open
    while (this.#at < this.#source.length) {
      const parent = open.at(-1)
      const tag = this.#source.indexOf('<', this.#at)
      const text = this.#source.slice(this.#at, tag < 0 ? undefined : tag)
      this.#at += text.length
      if (parent !== undefined) parent.text += decodeText(text)
      else if (text.trim() !== '') throw malformed()
      if (tag < 0) break
      if (this.#skip('<!--', '-->') !== undefined || this.#skip('<?', '?>') !== undefined) continue
      const cdata = this.#skip('<![CDATA[', ']]>')
      if (cdata !== undefined) {
        if (parent === undefined) throw malformed()
        parent.text += cdata
      } else if (this.#source.startsWith('</', this.#at)) {
        const closed = this.#readEnd(open.at(-1))
        open.pop()
        this.#place(closed)
      } else {
        if (this.#root !== undefined || open.length === depthMax) throw malformed()
        const [started, isEmpty] = this.#readStart()
        if (isEmpty) this.#place(toElement(started))
        else open.push(started)
      }
    }
  }

  /** Hangs a finished element into the one around it. */
  #place(element: XmlElement): void {
    const outer = this.#open.at(-1)
    if (outer === undefined) this.#root = element
    else outer.children.push(element)
  }

  /** Passes a construct that begins with `start` and gives what is inside it; `undefined` when it is not there. */
  #skip(start: string, end: string): string | undefined {
    if (!this.#source.startsWith(start, this.#at)) return undefined
    const from = this.#at + start.length
    const to = this.#source.indexOf(end, from)
    if (to < 0) throw malformed()
    this.#at = to + end.length
    return this.#source.slice(from, to)
  }

  /** A `<!DOCTYPE` ends here too: `!` begins no name. */
  #readStart(): [OpenElement, isEmpty: boolean] {
    this.#elements += 1
    if (this.#elements > elementsMax) throw malformed()
    this.#at += 1
    const qualifiedName = this.#match(nameToken)?.[0]
    if (qualifiedName === undefined) throw malformed()
    const attributes = new Map<string, string>()
    for (let found = this.#match(attributeToken); found !== undefined; found = this.#match(attributeToken)) {
      const name = found[1] ?? ''
      if (attributes.has(name)) throw malformed()
      attributes.set(name, decodeText(found[2] ?? found[3] ?? ''))
    }
    this.#match(whitespace)
    const isEmpty = this.#source.startsWith('/>', this.#at)
    if (!isEmpty && this.#source[this.#at] !== '>') throw malformed()
    this.#at += isEmpty ? 2 : 1
    return [{ qualifiedName, attributes, children: [], text: '' }, isEmpty]
  }

  #readEnd(element: OpenElement | undefined): XmlElement {
    this.#at += 2
    const name = this.#match(nameToken)?.[0]
    this.#match(whitespace)
    if (element === undefined || name !== element.qualifiedName || this.#source[this.#at] !== '>') throw malformed()
    this.#at += 1
    return toElement(element)
  }

  #match(token: RegExp): RegExpExecArray | undefined {
    token.lastIndex = this.#at
    const found = token.exec(this.#source)
    if (found === null) return undefined
    this.#at += found[0].length
    return found
  }
}

function toElement(open: OpenElement): XmlElement {
  const attributes = new Map([...open.attributes].map(([name, value]) => [localName(name), value]))
  return { name: localName(open.qualifiedName), attributes, children: open.children, text: open.text }
}

/** `xmlns:xsi` keeps its prefix, or it would look like an attribute `xsi`. */
function localName(qualified: string): string {
  const colon = qualified.indexOf(':')
  return colon < 0 || qualified.startsWith('xmlns:') ? qualified : qualified.slice(colon + 1)
}

function decodeText(text: string): string {
  if (text.includes(']]>')) throw malformed()
  return text.includes('&') ? text.replace(reference, (_, inner: string) => referenced(inner)) : text
}

function referenced(inner: string): string {
  const character = named[inner]
  if (character !== undefined) return character
  const digits = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}));$/.exec(inner)
  const point = digits === null ? 0 : digits[1] === undefined ? Number(digits[2]) : Number.parseInt(digits[1], 16)
  if (point === 0 || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) throw malformed()
  return String.fromCodePoint(point)
}
