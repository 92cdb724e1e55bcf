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

/** Most bodies hold far fewer brackets than may be nested, which is told without following strings. */
function isShallow(text: string): boolean {
  let opened = 0
  for (let index = 0; index < text.length && opened <= depthMax; index += 1) {
    const code = text.charCodeAt(index)
    if (code === 0x7b || code === 0x5b) opened += 1
  }
  return opened <= depthMax || lastSafePlace(text).isShallow
}

/** Where the text can be cut so that the brackets that are open there can be closed, and the brackets that close them. */
function lastSafePlace(text: string): { readonly end: number; readonly closers: string; readonly isShallow: boolean } {
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
        if (end === undefined) return { ...safe, isShallow: true }
        index = end
        if (isValue && stack.length > 0) keep(index + 1)
        break
      }
      case '{':
      case '[':
        if (stack.length === depthMax) return { ...safe, isShallow: false }
        stack.push(text[index] === '{' ? '}' : ']')
        isValue = text[index] === '['
        keep(index + 1)
        break
      case '}':
      case ']':
        stack.pop()
        keep(index + 1)
        if (stack.length === 0) return { ...safe, isShallow: true }
        break
      case ',':
        keep(index)
        isValue = stack.at(-1) === ']'
        break
      case ':':
        isValue = true
    }
  }
  return { ...safe, isShallow: true }
}

function endOfString(text: string, start: number): number | undefined {
  for (let index = start + 1; index < text.length; index += 1) {
    const character = text[index]
    if (character === '\\') index += 1
    else if (character === '"') return index
  }
  return undefined
}
