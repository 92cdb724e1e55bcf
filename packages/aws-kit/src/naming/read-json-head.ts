/** Deeper than any model; a stack of thousands of brackets would only exhaust ours. What is deeper is cut off. */
const depthMax = 64

const decoder = new TextDecoder()

/**
 * The value of a JSON text that may be cut off anywhere: whole members up to that place, what was open closed there.
 * Bytes that are no UTF-8 become U+FFFD. `undefined` when there is nothing to be read. Never throws.
 */
export function readJsonHead(bytes: Uint8Array, isWhole: boolean): unknown {
  const text = decoder.decode(bytes)
  if (isWhole && isShallow(text)) {
    try {
      return JSON.parse(text)
    } catch {
      // What comes before the mistake is still worth a record.
    }
  }
  const { end, closers } = lastSafePlace(text)
  try {
    return JSON.parse(text.slice(0, end) + closers)
  } catch {
    return undefined
  }
}

/** Whether brackets are nested no deeper than is read; for valid JSON, and the parser refuses the rest. */
function isShallow(text: string): boolean {
  let depth = 0
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code === 0x22) index = endOfString(text, index) ?? text.length
    else if (code === 0x7b || code === 0x5b) {
      depth += 1
      if (depth > depthMax) return false
    } else if (code === 0x7d || code === 0x5d) depth -= 1
  }
  return true
}

/** Where the text can be cut so that the brackets that are open there can be closed, and the brackets that close them. */
function lastSafePlace(text: string): { readonly end: number; readonly closers: string } {
  const stack: string[] = []
  let safe = { end: 0, closers: '' }
  let isValue = true
  const keep = (end: number) => {
    safe = { end, closers: stack.toReversed().join('') }
  }
  for (let index = 0; index < text.length; index += 1) {
    switch (text[index]) {
      case '"': {
        const end = endOfString(text, index)
        if (end === undefined) return safe
        index = end
        if (isValue && stack.length > 0) keep(index + 1)
        break
      }
      case '{':
      case '[':
        if (stack.length === depthMax) return safe
        stack.push(text[index] === '{' ? '}' : ']')
        isValue = text[index] === '['
        keep(index + 1)
        break
      case '}':
      case ']':
        stack.pop()
        keep(index + 1)
        if (stack.length === 0) return safe
        break
      case ',':
        keep(index)
        isValue = stack.at(-1) === ']'
        break
      case ':':
        isValue = true
    }
  }
  return safe
}

/** Quotes are looked for natively: most of a body is the insides of strings. */
function endOfString(text: string, start: number): number | undefined {
  for (let quote = text.indexOf('"', start + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0
    while (text.charCodeAt(quote - 1 - backslashes) === 0x5c) backslashes += 1
    if (backslashes % 2 === 0) return quote
  }
  return undefined
}
